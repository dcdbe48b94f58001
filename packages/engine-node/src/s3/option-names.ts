import { DeltaError } from "@asyncdelta/kernel-core";
import { nearestName, UnknownOption } from "../storage/option-names.js";
import type { S3Options } from "./s3-options.js";

/** The value given for each option, whatever its type. */
export type GivenOptions = { -readonly [Name in keyof S3Options]?: unknown };

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The option behind each name that it may be given by, in lower case and without `aws_`. Of several names for one
 * option, a later one counts more.
 */
const NAMES: Readonly<Record<string, keyof S3Options | "ignored">> = {
  default_region: "region",
  region: "region",
  endpoint_url: "endpoint",
  endpoint: "endpoint",
  endpoint_url_s3: "endpoint",
  accesskeyid: "accessKeyId",
  access_key_id: "accessKeyId",
  secretaccesskey: "secretAccessKey",
  secret_access_key: "secretAccessKey",
  sessiontoken: "sessionToken",
  session_token: "sessionToken",
  token: "sessionToken",
  credentials: "credentials",
  profile: "profile",
  forcepathstyle: "forcePathStyle",
  force_path_style: "forcePathStyle",
  virtualhostedstyle: "virtualHostedStyle",
  virtual_hosted_style_request: "virtualHostedStyle",
  allowhttp: "allowHttp",
  allow_http: "allowHttp",
  anonymous: "anonymous",
  skipsignature: "skipSignature",
  skip_signature: "skipSignature",
  requestpayer: "requestPayer",
  request_payer: "requestPayer",
  unsignedpayload: "unsignedPayload",
  unsigned_payload: "unsignedPayload",
  s3express: "s3Express",
  s3_express: "s3Express",
  // A commit is created by a conditional PUT or not at all, whatever delta-rs would have been allowed to do.
  s3_allow_unsafe_rename: "ignored",
  conditional_put: "ignored",
};

const RANKS: ReadonlyMap<string, number> = new Map(Object.keys(NAMES).map((name, rank) => [name, rank]));

/** Names beside which a more special one may stand with another value, as the AWS SDKs have it. */
const GENERAL: ReadonlySet<string> = new Set(["default_region", "endpoint_url", "endpoint"]);

/** What the environment may say, the most special last. */
const VARIABLES: readonly (readonly [variable: string, name: keyof S3Options])[] = [
  ["AWS_DEFAULT_REGION", "region"],
  ["AWS_REGION", "region"],
  ["AWS_ENDPOINT", "endpoint"],
  ["AWS_ENDPOINT_URL", "endpoint"],
  ["AWS_ENDPOINT_URL_S3", "endpoint"],
  ["AWS_VIRTUAL_HOSTED_STYLE_REQUEST", "virtualHostedStyle"],
  ["AWS_ALLOW_HTTP", "allowHttp"],
  ["AWS_SKIP_SIGNATURE", "skipSignature"],
  ["AWS_REQUEST_PAYER", "requestPayer"],
  ["AWS_UNSIGNED_PAYLOAD", "unsignedPayload"],
  ["AWS_S3_EXPRESS", "s3Express"],
];

/**
 * Options by their own names, from options by any of their names.
 *
 * @throws DeltaError `INVALID_ARGUMENT` for an unknown name, or one option with two values
 */
export function optionsByName(options: object): GivenOptions {
  const entries = Object.entries(options)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ({ name, value, key: name.toLowerCase().replace(/^aws_/, "") }));
  const unknown = entries.filter(({ key }) => !RANKS.has(key)).map(({ name }) => name);
  if (unknown.length > 0) throw unknownOptions(unknown);
  entries.sort((left, right) => RANKS.get(left.key)! - RANKS.get(right.key)!);
  const given: GivenOptions = {};
  const givenBy = new Map<string, (typeof entries)[number]>();
  for (const entry of entries) {
    const option = NAMES[entry.key]!;
    if (option === "ignored") continue;
    const before = givenBy.get(option);
    if (
      before !== undefined &&
      before.value !== entry.value &&
      !(GENERAL.has(before.key) && before.key !== entry.key)
    ) {
      const message = `The S3 options ${before.name} and ${entry.name} mean the same, but differ: give one of them.`;
      throw new DeltaError("INVALID_ARGUMENT", message);
    }
    givenBy.set(option, entry);
    given[option] = entry.value;
  }
  return given;
}

/** Options that the environment gives; a variable that is empty counts as one that is not set. */
export function optionsOfEnvironment(environment: Environment): GivenOptions {
  const given: GivenOptions = {};
  const ignoresEndpoints = /^true$/i.test(environment.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS ?? "");
  for (const [variable, option] of VARIABLES) {
    if (!environment[variable] || (ignoresEndpoints && option === "endpoint")) continue;
    given[option] = environment[variable];
  }
  return given;
}

function unknownOptions(names: readonly string[]): UnknownOption {
  const known = [...new Set(Object.values(NAMES))].filter((name) => name !== "ignored");
  const near = nearestName(names[0]!, known);
  const hint = near === undefined ? "" : ` Did you mean ${near}?`;
  const message = `Unknown S3 option${names.length > 1 ? "s" : ""}: ${names.join(", ")}.${hint} There are ${known.join(", ")}, also by their names in delta-rs (AWS_REGION, aws_region).`;
  return new UnknownOption(message);
}
