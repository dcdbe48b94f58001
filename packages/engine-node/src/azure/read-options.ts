import {
  type Environment,
  type Given,
  invalid,
  OptionValues,
  optionsByName,
  optionsOfEnvironment,
} from "../cloud/option-names.js";
import { type IdentityOptions, identityCredential } from "./azure-identity.js";
import type { AzureOptions, SasProvider, TokenCredential } from "./azure-options.js";
import { optionsOfConnectionString } from "./connection-string.js";
import { AZURE_NAMES } from "./option-names.js";
import { parseSasToken } from "./sas-token.js";

/** Options after reading: values of their types, the environment taken into account. */
export interface AzureSettings {
  /** `undefined`: the one in the URL. */
  readonly account: string | undefined;
  /** URL of the Blob service, without a slash at the end; `undefined`: as the account's name says. */
  readonly endpoint: string | undefined;
  readonly signing: AzureSigning;
}

/** How requests are signed. */
export type AzureSigning =
  | { readonly kind: "anonymous" }
  | { readonly kind: "key"; readonly key: Uint8Array; readonly text: string }
  | { readonly kind: "sas"; readonly get: SasProvider; readonly isStatic: boolean }
  | { readonly kind: "token"; readonly credential: TokenCredential; readonly isStatic: boolean };

type GivenAzure = Given<keyof AzureOptions>;

/** The emulator's account is the same everywhere, and no secret. */
const EMULATOR = {
  account: "devstoreaccount1",
  key: "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
  endpoint: "http://127.0.0.1:10000/devstoreaccount1",
} as const;

const WAYS = ["anonymous", "accountKey", "sasToken", "bearerToken", "credential"] as const;
const IDENTITIES = [
  "clientSecret",
  "federatedTokenFile",
  "objectId",
  "msiResourceId",
  "useAzureCli",
] as const satisfies readonly (keyof IdentityOptions)[];

/**
 * Reads options, and from the environment what they leave open.
 *
 * @throws DeltaError `INVALID_ARGUMENT` for an unknown name, a value of the wrong type, or a contradiction
 */
export function readAzureOptions(options: object, environment: Environment): AzureSettings {
  const given = withConnectionString(optionsByName(AZURE_NAMES, options));
  const ways = WAYS.filter((name) => isSet(given, name));
  const identities = IDENTITIES.filter((name) => isSet(given, name));
  if (ways.length > 1 || (ways.length === 1 && identities.length > 0))
    throw invalid(`Give one of the Azure options ${[...ways, ...identities].join(" and ")}.`);
  const signs = ways.length + identities.length > 0;
  const variables = environmentOf(environment, given, signs);
  const merged: GivenAzure = { ...variables, ...dropUndefined(given) };
  const values = new OptionValues(AZURE_NAMES.store, merged);
  const isEmulator = values.flag("useEmulator") ?? false;
  const account = values.text("accountName") ?? (isEmulator ? EMULATOR.account : undefined);
  if (account !== undefined && !/^[\w-]+$/.test(account))
    throw invalid("The Azure accountName is no name of an account.");
  return {
    account,
    endpoint: endpointOf(values, environment, account, isEmulator),
    // Ways that were given count before those of the environment, whose first counts.
    signing: signingOf(values, signs ? given : variables, merged, isEmulator),
  };
}

function withConnectionString(given: GivenAzure): GivenAzure {
  const text = new OptionValues(AZURE_NAMES.store, given).text("connectionString");
  return text === undefined ? given : { ...optionsOfConnectionString(text), ...dropUndefined(given) };
}

/** Keys of one account are of no use to another: what lies in the environment is for the account that it names. */
function environmentOf(environment: Environment, given: GivenAzure, signs: boolean): GivenAzure {
  const direct = optionsOfEnvironment(AZURE_NAMES, environment);
  const all = withConnectionString(
    given.connectionString === undefined ? direct : { ...direct, connectionString: undefined },
  );
  const isOther =
    given.accountName !== undefined && all.accountName !== undefined && given.accountName !== all.accountName;
  const isElsewhere = isOther || given.endpoint !== undefined || isSet(given, "useEmulator");
  const { accountKey, sasToken, bearerToken, anonymous, endpoint, accountName, useEmulator, ...rest } = all;
  return dropUndefined({
    ...rest,
    ...(isOther ? {} : { accountName }),
    ...(isElsewhere ? {} : { endpoint, useEmulator }),
    ...(signs || isOther ? {} : firstOf({ accountKey, sasToken, bearerToken, anonymous })),
  });
}

function firstOf(ways: GivenAzure): GivenAzure {
  const name = WAYS.find((way) => isSet(ways, way));
  return name === undefined ? {} : { [name]: ways[name] };
}

function endpointOf(
  values: OptionValues<keyof AzureOptions>,
  environment: Environment,
  account: string | undefined,
  isEmulator: boolean,
): string | undefined {
  const endpoint = values.endpoint("endpoint", values.flag("allowHttp") ?? false);
  if (endpoint !== undefined) return endpoint;
  if (isEmulator) {
    const url = environment.AZURITE_BLOB_STORAGE_URL?.replace(/\/+$/, "");
    // The variable names the server, to which the account's name is added.
    return url ? (url.endsWith(`/${account}`) ? url : `${url}/${account}`) : EMULATOR.endpoint;
  }
  if (!values.flag("useFabricEndpoint")) return undefined;
  return `https://${account ?? "onelake"}.blob.fabric.microsoft.com`;
}

function signingOf(
  values: OptionValues<keyof AzureOptions>,
  given: GivenAzure,
  merged: GivenAzure,
  isEmulator: boolean,
): AzureSigning {
  switch (WAYS.find((name) => isSet(given, name))) {
    case "anonymous":
      return { kind: "anonymous" };
    case "accountKey":
      return keySigning(values.text("accountKey")!);
    case "sasToken":
      return sasSigning(merged.sasToken);
    case "bearerToken": {
      const token = values.text("bearerToken")!.replace(/^Bearer +/i, "");
      const forever = Promise.resolve({ token, expiresOnTimestamp: Number.POSITIVE_INFINITY });
      return { kind: "token", credential: { getToken: () => forever }, isStatic: true };
    }
    case "credential":
      return { kind: "token", credential: credentialOf(merged.credential), isStatic: false };
    default:
      if (isEmulator && !IDENTITIES.some((name) => isSet(merged, name))) return keySigning(EMULATOR.key);
      return { kind: "token", credential: identityCredential(identityOptions(values)), isStatic: false };
  }
}

function keySigning(text: string): AzureSigning {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) throw invalid("The Azure accountKey is not in Base64.");
  return { kind: "key", key: Buffer.from(text, "base64"), text };
}

function sasSigning(value: unknown): AzureSigning {
  if (typeof value === "function") return { kind: "sas", get: value as SasProvider, isStatic: false };
  if (typeof value !== "string") throw invalid("The Azure sasToken must be a text, or a function that gets one.");
  parseSasToken(value);
  return { kind: "sas", get: () => Promise.resolve(value), isStatic: true };
}

function credentialOf(value: unknown): TokenCredential {
  if (typeof (value as Partial<TokenCredential> | null)?.getToken === "function") return value as TokenCredential;
  throw invalid("The Azure credential must have a method getToken, as those of @azure/identity have.");
}

function identityOptions(values: OptionValues<keyof AzureOptions>): IdentityOptions {
  const options: IdentityOptions = {
    tenantId: values.text("tenantId"),
    clientId: values.text("clientId"),
    clientSecret: values.text("clientSecret"),
    federatedTokenFile: values.text("federatedTokenFile"),
    authorityHost: values.text("authorityHost"),
    objectId: values.text("objectId"),
    msiResourceId: values.text("msiResourceId"),
    useAzureCli: values.flag("useAzureCli"),
  };
  if (options.clientSecret !== undefined && (options.tenantId === undefined || options.clientId === undefined))
    throw invalid("The Azure option clientSecret needs tenantId and clientId beside it.");
  return options;
}

/** Whether an option says something: `anonymous: false` is the same as none. */
function isSet(given: GivenAzure, name: keyof AzureOptions): boolean {
  const value = given[name];
  if (name !== "anonymous" && name !== "useAzureCli" && name !== "useEmulator") return value !== undefined;
  return new OptionValues(AZURE_NAMES.store, given).flag(name) ?? false;
}

function dropUndefined(given: GivenAzure): GivenAzure {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
