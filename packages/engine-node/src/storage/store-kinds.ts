/** The kinds of stores that a URL may lead to. */
export type StoreKind = "file" | "s3" | "azure" | "gcs" | "http";

/** Schemes in lower case; those of one store that mean the same are written in one way, the first. */
const SCHEMES: Readonly<Record<string, readonly [kind: StoreKind, scheme: string]>> = {
  file: ["file", "file"],
  s3: ["s3", "s3"],
  s3a: ["s3", "s3"],
  gs: ["gcs", "gs"],
  gcs: ["gcs", "gs"],
  az: ["azure", "az"],
  azure: ["azure", "az"],
  abfss: ["azure", "abfss"],
  abfs: ["azure", "abfss"],
  wasbs: ["azure", "wasbs"],
  wasb: ["azure", "wasbs"],
  https: ["http", "https"],
  http: ["http", "http"],
};

/** For messages. */
export const SCHEME_NAMES = "file:, s3:, s3a:, gs:, az:, abfs:, abfss:, https: and http:";

/** Hosts behind `https:` where more can be done than over plain HTTP: Azure's accounts. */
const AZURE_HOST =
  /^[a-z0-9-]+\.(?:[a-z0-9-]+\.)*?(?:blob|dfs)\.(?:core\.[a-z.]+|storage\.azure\.net|fabric\.microsoft\.com)$/i;

/** Which store a URL leads to, or `undefined` for a scheme that none has. */
export function storeKindOf(url: string): StoreKind | undefined {
  if (url.startsWith("file:")) return "file";
  const [, scheme = "", authority = ""] = /^([a-z][a-z0-9+.-]*):(?:\/\/([^/?#]*))?/i.exec(url) ?? [];
  const kind = kindOfScheme(scheme);
  return kind === "http" && AZURE_HOST.test(authority) ? "azure" : kind;
}

/** The one way to write a scheme, so that one file has one URL. */
export function canonicalScheme(scheme: string): string | undefined {
  return entryOf(scheme)?.[1];
}

function kindOfScheme(scheme: string): StoreKind | undefined {
  return entryOf(scheme)?.[0];
}

function entryOf(scheme: string): readonly [StoreKind, string] | undefined {
  const name = scheme.toLowerCase();
  return Object.hasOwn(SCHEMES, name) ? SCHEMES[name] : undefined;
}
