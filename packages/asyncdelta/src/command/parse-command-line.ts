import { parseArgs } from "node:util";
import type { ParquetDecoding } from "@asyncdelta/engine-node";
import { METADATA_COLUMNS, type MetadataColumn, type Predicate, parsePredicate } from "@asyncdelta/kernel-core";
import { parseTimestamp } from "../parse-timestamp.js";
import { COMMANDS, type CommandEntry } from "./commands.js";
import {
  type CommandOptions,
  type Format,
  OPTIONS,
  type OptionName,
  PARQUET_DECODINGS,
  type VersionOrTime,
} from "./options.js";
import { UsageError } from "./usage-error.js";

export type CommandLine =
  | { readonly kind: "help" }
  | { readonly kind: "program version" }
  | {
      readonly kind: "call";
      readonly name: string;
      readonly entry: CommandEntry;
      readonly location: string;
      readonly options: CommandOptions;
    };

type Values = Partial<Record<Exclude<OptionName, "storage">, string | boolean>> & { readonly storage?: string[] };

/**
 * Reads the arguments behind the program's name.
 *
 * @throws UsageError whatever is wrong with them, in words that name the option
 */
export function parseCommandLine(args: readonly string[]): CommandLine {
  // With a value, --version is the table's.
  if (args.length === 1 && args[0] === "--version") return { kind: "program version" };
  const { values, positionals } = tokens(args);
  if (values.help) return { kind: "help" };
  const [name, location, ...more] = positionals;
  if (name === undefined) throw new UsageError(`no command; there are ${Object.keys(COMMANDS).join(", ")}`);
  if (!Object.hasOwn(COMMANDS, name)) {
    throw new UsageError(`no command '${name}'; there are ${Object.keys(COMMANDS).join(", ")}`);
  }
  const entry = COMMANDS[name]!;
  if (location === undefined || location === "") throw new UsageError(`${name} needs the path or URL of a table`);
  if (more.length > 0) throw new UsageError(`${name} takes one table; '${more[0]}' is too much`);
  for (const option of Object.keys(values) as OptionName[]) {
    if (option === "storage" || option === "trace") continue;
    if (!entry.options.includes(option)) throw new UsageError(`${name} has no option --${option}`);
  }
  return { kind: "call", name, entry, location, options: checkedOptions(name, entry, values) };
}

function tokens(args: readonly string[]): { values: Values; positionals: string[] } {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
    return { values: values as object as Values, positionals };
  } catch (error) {
    // Node's messages go on with advice about its own rules.
    const [first] = (error as Error).message.split(/\. |\n/);
    throw new UsageError(first!.charAt(0).toLowerCase() + first!.slice(1), { cause: error });
  }
}

function checkedOptions(name: string, entry: CommandEntry, values: Values): CommandOptions {
  if (values.version !== undefined && values.timestamp !== undefined) {
    throw new UsageError("--version and --timestamp exclude each other");
  }
  if (values.json && values.format !== undefined && values.format !== "jsonl") {
    throw new UsageError(`--json and --format ${values.format} exclude each other`);
  }
  const format = (values.json ? "jsonl" : (values.format ?? "table")) as Format;
  if (!entry.formats.includes(format)) {
    throw new UsageError(`${name} has no format '${format}'; there are ${entry.formats.join(", ")}`);
  }
  if (values.explain && format === "arrow") throw new UsageError("--explain has no format 'arrow'");
  if (values.analyze && !values.explain) throw new UsageError("--analyze needs --explain");
  if (name === "changes" && values.from === undefined) {
    throw new UsageError("changes needs --from, a version or a time");
  }
  return {
    format,
    ...(values.version !== undefined && { version: wholeNumber("version", values.version) }),
    ...(values.timestamp !== undefined && { timestamp: timestamp("timestamp", values.timestamp as string) }),
    ...(values.columns !== undefined && { columns: names("columns", values.columns as string) }),
    ...(values["metadata-columns"] !== undefined && {
      metadataColumns: metadataColumns(values["metadata-columns"] as string),
    }),
    ...(values.where !== undefined && { where: predicate(values.where as string) }),
    ...(values.explain && { explain: true }),
    ...(values.analyze && { analyze: true }),
    ...(values.limit !== undefined && { limit: wholeNumber("limit", values.limit) }),
    ...(values.from !== undefined && { from: versionOrTime("from", values.from as string) }),
    ...(values.to !== undefined && { to: versionOrTime("to", values.to as string) }),
    ...(values.parquet !== undefined && { parquet: parquetDecoding(values.parquet as string) }),
    ...(values.storage !== undefined && { storage: storageOptions(values.storage) }),
    ...(values.trace !== undefined && { trace: traceFile(values.trace as string) }),
  };
}

function wholeNumber(option: OptionName, value: string | boolean): number {
  const number = Number(value);
  if (!/^\d+$/.test(String(value)) || !Number.isSafeInteger(number)) {
    throw new UsageError(`--${option} needs a whole number, not '${value}'`);
  }
  return number;
}

function timestamp(option: OptionName, value: string): number {
  try {
    return parseTimestamp(value);
  } catch (error) {
    throw new UsageError(`--${option}: ${(error as Error).message}`, { cause: error });
  }
}

function versionOrTime(option: OptionName, value: string): VersionOrTime {
  return /^\d+$/.test(value) ? { version: wholeNumber(option, value) } : { timestamp: timestamp(option, value) };
}

function predicate(value: string): Predicate {
  try {
    return parsePredicate(value);
  } catch (error) {
    throw new UsageError(`--where: ${(error as Error).message}`, { cause: error });
  }
}

function parquetDecoding(value: string): ParquetDecoding {
  const known = PARQUET_DECODINGS.find((name) => name === value);
  if (known !== undefined) return known;
  throw new UsageError(`--parquet is ${PARQUET_DECODINGS.join(", ")}, not '${value}'`);
}

function traceFile(value: string): string {
  if (/\.(?:html|json)$/i.test(value)) return value;
  throw new UsageError(`--trace needs a file that ends in .html or .json, not '${value}'`);
}

/** `KEY=VALUE`, once for each option. A value is not shown: it may be a secret. */
function storageOptions(values: readonly string[]): Record<string, string> {
  const options: Record<string, string> = {};
  for (const value of values) {
    const [, name, text] = /^([^=]+)=(.*)$/s.exec(value) ?? [];
    if (name === undefined || text === undefined) throw new UsageError("--storage needs KEY=VALUE");
    if (Object.hasOwn(options, name)) throw new UsageError(`--storage ${name} is given twice`);
    options[name] = text;
  }
  return options;
}

function metadataColumns(value: string): MetadataColumn[] {
  const list = names("metadata-columns", value) as MetadataColumn[];
  const unknown = list.find((name) => !METADATA_COLUMNS.includes(name));
  if (unknown === undefined) return list;
  throw new UsageError(`there is no metadata column '${unknown}'; there are ${METADATA_COLUMNS.join(", ")}`);
}

/** Names between commas; a name in double quotes may hold commas, and two quotes in it stand for one. */
function names(option: OptionName, value: string): string[] {
  const list: string[] = [];
  const item = /("(?:[^"]|"")*"|[^",]*)(,|$)/y;
  for (;;) {
    const match = item.exec(value);
    if (match === null || match[1] === "")
      throw new UsageError(`--${option} needs names between commas, not '${value}'`);
    list.push(match[1]!.startsWith('"') ? match[1]!.slice(1, -1).replaceAll('""', '"') : match[1]!);
    if (match[2] === "") return list;
  }
}
