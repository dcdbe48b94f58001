import { DeltaError } from "@asyncdelta/kernel-core";
import { nearestName, UnknownOption } from "../storage/option-names.js";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Values of options by the options' own names, whatever their types. */
export type Given<Option extends string> = { readonly [Name in Option]?: unknown };

/**
 * Which names there are for options, and which variables of the environment. Names are compared without case and
 * underscores: `accountName`, `account_name` and `ACCOUNT_NAME` are one.
 */
export interface OptionNames<Option extends string> {
  /** For messages: `Azure`. */
  readonly store: string;
  /** The option behind each name; own names are among them. */
  readonly names: Readonly<Record<string, Option | "ignored">>;
  /** Where several set one option, the first that is there counts. */
  readonly variables: readonly (readonly [variable: string, option: Option])[];
}

/**
 * Options by their own names, from options by any of their names.
 *
 * @throws DeltaError `INVALID_ARGUMENT` for an unknown name, or one option with two values
 */
export function optionsByName<Option extends string>(
  { store, names }: OptionNames<Option>,
  options: object,
): Given<Option> {
  const known = new Map(Object.entries(names).map(([name, option]) => [bare(name), option]));
  const given: { [Name in Option]?: unknown } = {};
  const givenAs = new Map<Option, string>();
  const unknown: string[] = [];
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const option = known.get(bare(name));
    if (option === undefined) unknown.push(name);
    if (option === undefined || option === "ignored") continue;
    const before = givenAs.get(option);
    if (before !== undefined && given[option] !== value)
      throw invalid(`The ${store} options ${before} and ${name} mean the same, but differ: give one of them.`);
    given[option] = value;
    givenAs.set(option, name);
  }
  if (unknown.length === 0) return given;
  const own = [...new Set(Object.values<string>(names))].filter((name) => name !== "ignored");
  const near = nearestName(unknown[0]!, [...own, ...Object.keys(names)]);
  const hint = near === undefined ? "" : ` Did you mean ${near}?`;
  const plural = unknown.length > 1 ? "s" : "";
  throw new UnknownOption(
    `Unknown ${store} option${plural}: ${unknown.join(", ")}.${hint} There are ${own.join(", ")}, also by their names in delta-rs.`,
  );
}

/** Options that the environment gives; a variable that is empty counts as one that is not set. */
export function optionsOfEnvironment<Option extends string>(
  { variables }: OptionNames<Option>,
  environment: Environment,
): Given<Option> {
  const given: { [Name in Option]?: unknown } = {};
  for (const [variable, option] of variables) if (environment[variable]) given[option] ??= environment[variable];
  return given;
}

/** Reads values of options, which come as text from a command line or the environment. */
export class OptionValues<Option extends string> {
  readonly #store: string;
  readonly #given: Given<Option>;

  constructor(store: string, given: Given<Option>) {
    this.#store = store;
    this.#given = given;
  }

  /** @throws DeltaError `INVALID_ARGUMENT` for what is no text */
  text(option: Option): string | undefined {
    const value = this.#given[option];
    if (value === undefined) return undefined;
    if (typeof value === "string" && value.trim() !== "") return value.trim();
    throw invalid(`The ${this.#store} option ${option} must be a text, and not empty.`);
  }

  /** @throws DeltaError `INVALID_ARGUMENT` for what is neither yes nor no */
  flag(option: Option): boolean | undefined {
    const value: unknown = this.#given[option];
    if (value === undefined || typeof value === "boolean") return value;
    const text = typeof value === "string" ? value.toLowerCase() : "";
    if (["true", "1", "yes", "on"].includes(text)) return true;
    if (["false", "0", "no", "off"].includes(text)) return false;
    throw invalid(`The ${this.#store} option ${option} must be true or false.`);
  }

  /** An `http(s):` URL without a slash at the end. @throws DeltaError `INVALID_ARGUMENT` */
  endpoint(option: Option, allowHttp: boolean): string | undefined {
    const text = this.text(option);
    if (text === undefined) return undefined;
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url === undefined || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash)
      throw invalid(`The ${this.#store} endpoint must be an http or https URL, without user, query and fragment.`);
    if (url.protocol === "http:" && !allowHttp && !isThisMachine(url.hostname))
      throw invalid(`The ${this.#store} endpoint ${url.origin} is not encrypted: use https, or set allowHttp.`);
    return url.href.replace(/\/+$/, "");
  }
}

export function invalid(message: string): DeltaError {
  return new DeltaError("INVALID_ARGUMENT", message);
}

function bare(name: string): string {
  return name.toLowerCase().replaceAll("_", "");
}

function isThisMachine(host: string): boolean {
  return host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || /^127(\.\d+){3}$/.test(host);
}
