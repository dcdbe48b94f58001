/** The columns of the generated tables, with their Delta types. */
export const COLUMNS = [
  ["id", "long"],
  ["quantity", "integer"],
  ["price", "double"],
  ["customer", "string"],
  ["order_date", "date"],
  ["event_time", "timestamp"],
  ["amount", "decimal(18,2)"],
  ["score", "double"],
  ["sku", "string"],
  ["session", "long"],
] as const;

export const PARTITIONS = [
  ["region", "string"],
  ["pdate", "date"],
] as const;

export const REGIONS: readonly string[] = [
  "us-east",
  "us-west",
  "eu-west",
  "eu-north",
  "ap-south",
  "ap-east",
  "sa-east",
  "af-south",
];

/** First names; some have letters beyond ASCII, so that text is not all of one kind. */
export const FIRST_NAMES: readonly string[] =
  "Ada Bruno Chloé Dmitri Edith Farid Grace Hélène Ines Jürgen Karim Lena Mårten Nadia Omar Pilar Quentin Rosa Søren Tomás".split(
    " ",
  );

export const LAST_NAMES: readonly string[] =
  "Abbott Bergström Castellanos Dubois Eriksen Fontaine García Hopper Ivanova Jankowski Kowalczyk Lovelace Müller Nakamura Okafor Petrov".split(
    " ",
  );

export const DAY_MS = 86_400_000;
/** 2024-01-01 in days since 1970-01-01. */
export const FIRST_DAY = 19_723;

export const SCHEMA_STRING: string = JSON.stringify({
  type: "struct",
  fields: [...COLUMNS, ...PARTITIONS].map(([name, type]) => ({ name, type, nullable: true, metadata: {} })),
});
