import { DeltaError } from "@asyncdelta/kernel-core";
import { type Environment, type GivenOptions, optionsByName, optionsOfEnvironment } from "./option-names.js";
import type { DeltaRsS3Options, S3CredentialProvider, S3Credentials, S3Options } from "./s3-options.js";

/** Options after reading: one name for each thing, values of their types, the environment taken into account. */
export interface S3Settings {
  readonly region: string;
  /** Whether anybody named the region. */
  readonly regionIsGiven: boolean;
  /** Without a slash at the end; `undefined` for AWS itself. */
  readonly endpoint: string | undefined;
  /** `undefined`: as the endpoint and the bucket's name want it. */
  readonly pathStyle: boolean | undefined;
  /** `undefined`: from the files and services where AWS keeps them. */
  readonly credentials: S3Credentials | S3CredentialProvider | undefined;
  readonly profile: string | undefined;
  readonly anonymous: boolean;
  readonly requestPayer: boolean;
  readonly unsignedPayload: boolean | undefined;
  readonly s3Express: boolean;
}

/**
 * Reads options, and from the environment what they leave open.
 *
 * @throws DeltaError `INVALID_ARGUMENT` for an unknown name, a value of the wrong type, or a contradiction
 */
export function readOptions(options: S3Options & DeltaRsS3Options, env: Environment): S3Settings {
  const given = optionsByName(options);
  const variables = optionsOfEnvironment(env);
  const text = (name: keyof S3Options): string | undefined => textOf(name, given[name] ?? variables[name]);
  const flag = (name: keyof S3Options): boolean | undefined => flagOf(name, given[name] ?? variables[name]);
  const region = text("region");
  const profile = text("profile");
  const anonymous = flag("anonymous") ?? flag("skipSignature") ?? false;
  return {
    region: region ?? "us-east-1",
    regionIsGiven: region !== undefined,
    endpoint: endpointOf(text("endpoint"), flag("allowHttp") ?? false),
    pathStyle: pathStyleOf(given) ?? pathStyleOf(variables),
    // A profile that is named counts more than keys that lie in the environment.
    credentials: anonymous ? undefined : (credentialsOf(given) ?? (profile === undefined ? keysOf(env) : undefined)),
    profile,
    anonymous,
    requestPayer: (given.requestPayer ?? variables.requestPayer) === "requester" || (flag("requestPayer") ?? false),
    unsignedPayload: flag("unsignedPayload"),
    s3Express: flag("s3Express") ?? false,
  };
}

/**
 * The keys among values of any type.
 *
 * @throws DeltaError `INVALID_ARGUMENT` where there is no key or no secret
 */
export function checkCredentials(value: unknown, what: string): S3Credentials {
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = (
    typeof value === "object" && value !== null ? value : {}
  ) as { readonly [Name in keyof S3Credentials]: unknown };
  if (typeof accessKeyId !== "string" || accessKeyId === "") throw invalid(`${what}: there is no access key id.`);
  if (typeof secretAccessKey !== "string" || secretAccessKey === "") throw invalid(`${what}: there is no secret.`);
  if (sessionToken !== undefined && typeof sessionToken !== "string")
    throw invalid(`${what}: the session token is no text.`);
  const end = expiration === undefined ? undefined : new Date(expiration as Date | string | number);
  if (Number.isNaN(end?.getTime())) throw invalid(`${what}: the expiration is no date.`);
  return { accessKeyId, secretAccessKey, sessionToken: sessionToken || undefined, expiration: end };
}

/** Key, secret and token are taken from one place, and never completed from another. */
function credentialsOf(given: GivenOptions): S3Credentials | S3CredentialProvider | undefined {
  const { credentials, accessKeyId, secretAccessKey, sessionToken } = given;
  const hasKeys = [accessKeyId, secretAccessKey, sessionToken].some((value) => value !== undefined);
  if (credentials === undefined)
    return hasKeys ? checkCredentials(given, "accessKeyId and secretAccessKey") : undefined;
  if (hasKeys) throw invalid("Give S3 `credentials` or an `accessKeyId` with its secret, not both.");
  if (typeof credentials === "function") return credentials as S3CredentialProvider;
  return checkCredentials(credentials, "credentials");
}

function keysOf(env: Environment): S3Credentials | undefined {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = env;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) return undefined;
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    sessionToken: AWS_SESSION_TOKEN || undefined,
  };
}

function pathStyleOf(given: GivenOptions): boolean | undefined {
  const path = flagOf("forcePathStyle", given.forcePathStyle);
  const virtual = flagOf("virtualHostedStyle", given.virtualHostedStyle);
  if (virtual !== undefined && virtual === path)
    throw invalid("The S3 option `virtualHostedStyle` is the opposite of `forcePathStyle`: give one of them.");
  return path ?? (virtual === undefined ? undefined : !virtual);
}

function endpointOf(endpoint: string | undefined, allowHttp: boolean): string | undefined {
  if (endpoint === undefined) return undefined;
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash)
    throw invalid("The S3 endpoint must be an http or https URL, without user, query and fragment.");
  if (url.protocol === "http:" && !allowHttp && !isThisMachine(url.hostname))
    throw invalid(`The S3 endpoint ${url.origin} is not encrypted: use https, or set allowHttp (AWS_ALLOW_HTTP).`);
  return url.href.replace(/\/+$/, "");
}

function isThisMachine(host: string): boolean {
  return host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || /^127(\.\d+){3}$/.test(host);
}

function textOf(name: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "string" || value === "") throw invalid(`The S3 option ${name} must be a text, and not empty.`);
  return value;
}

function flagOf(name: string, value: unknown): boolean | undefined {
  if (value === undefined || typeof value === "boolean") return value;
  const text = typeof value === "string" ? value.toLowerCase() : "";
  if (["true", "1", "yes", "on"].includes(text)) return true;
  if (["false", "0", "no", "off"].includes(text)) return false;
  throw invalid(`The S3 option ${name} must be true or false.`);
}

function invalid(message: string): DeltaError {
  return new DeltaError("INVALID_ARGUMENT", message);
}
