import {
  type Environment,
  type Given,
  invalid,
  OptionValues,
  optionsByName,
  optionsOfEnvironment,
} from "../cloud/option-names.js";
import type { GcsAuthClient, GcsOptions, GcsTokenProvider } from "./gcs-options.js";
import { googleAuthClient } from "./google-auth.js";
import { GCS_NAMES } from "./option-names.js";

/** Options after reading: values of their types, the environment taken into account. */
export interface GcsSettings {
  /** URL without a slash at the end. */
  readonly endpoint: string;
  readonly signing: GcsSigning;
  readonly userProject: string | undefined;
}

/** How requests are signed. */
export type GcsSigning =
  | { readonly kind: "anonymous" }
  | { readonly kind: "token"; readonly get: GcsTokenProvider; readonly isStatic: boolean }
  | { readonly kind: "client"; readonly client: GcsAuthClient; readonly isStatic: false };

type GivenGcs = Given<keyof GcsOptions>;

const WAYS = [
  "anonymous",
  "accessToken",
  "authClient",
  "serviceAccountKey",
  "serviceAccountPath",
  "applicationCredentials",
] as const;

/**
 * Reads options, and from the environment what they leave open.
 *
 * @throws DeltaError `INVALID_ARGUMENT` for an unknown name, a value of the wrong type, or a contradiction
 */
export function readGcsOptions(options: object, environment: Environment): GcsSettings {
  const given = optionsByName(GCS_NAMES, options);
  const ways = WAYS.filter((name) => isSet(given, name));
  if (ways.length > 1) throw invalid(`Give one of the Google Cloud Storage options ${ways.join(" and ")}.`);
  const variables = optionsOfEnvironment(GCS_NAMES, environment);
  const emulator = emulatorOf(environment);
  // What is given counts before the environment, also where it is part of a key file.
  const values = new OptionValues(GCS_NAMES.store, { ...variables, ...given });
  const key = ways[0] === undefined || ways[0] === "serviceAccountKey" ? keyOf(values) : undefined;
  // An emulator knows no credentials; those of the environment are for the real service, not for another endpoint.
  const inKey = key?.gcs_base_url;
  const own = given.endpoint ?? (ways[0] === undefined ? undefined : inKey);
  const isEmulator = own === undefined && emulator !== undefined;
  const endpoint = own ?? emulator ?? inKey ?? variables.endpoint;
  const allowHttp = isEmulator || (values.flag("allowHttp") ?? false);
  const way = ways[0] ?? (isEmulator ? "anonymous" : WAYS.find((name) => isSet(variables, name)));
  return {
    endpoint:
      new OptionValues(GCS_NAMES.store, { endpoint }).endpoint("endpoint", allowHttp) ??
      "https://storage.googleapis.com",
    signing:
      way === "serviceAccountKey" && key?.disable_oauth
        ? { kind: "anonymous" }
        : signingOf(way, values, { ...variables, ...given }, key),
    userProject: values.text("userProject"),
  };
}

/** The variable is a host with its port, or a URL, as Google's own libraries have it. */
function emulatorOf({ STORAGE_EMULATOR_HOST: host }: Environment): string | undefined {
  if (!host) return undefined;
  return /^https?:\/\//.test(host) ? host : `http://${host}`;
}

function signingOf(
  way: (typeof WAYS)[number] | undefined,
  values: OptionValues<keyof GcsOptions>,
  merged: GivenGcs,
  key: object | undefined,
): GcsSigning {
  switch (way) {
    case "anonymous":
      return { kind: "anonymous" };
    case "accessToken":
      return tokenSigning(merged.accessToken);
    case "authClient":
      return clientSigning(checkClient(merged.authClient));
    case "serviceAccountKey":
      return clientSigning(googleAuthClient({ credentials: key }));
    case "serviceAccountPath":
    case "applicationCredentials":
      return clientSigning(googleAuthClient({ keyFilename: values.text(way) }));
    case undefined:
      return clientSigning(googleAuthClient({}));
  }
}

function clientSigning(client: GcsAuthClient): GcsSigning {
  return { kind: "client", client, isStatic: false };
}

function tokenSigning(value: unknown): GcsSigning {
  if (typeof value === "function") return { kind: "token", get: value as GcsTokenProvider, isStatic: false };
  if (typeof value !== "string" || value.trim() === "")
    throw invalid("The Google Cloud Storage option accessToken must be a text, or a function that gets one.");
  const token = value.trim().replace(/^Bearer +/i, "");
  return { kind: "token", get: () => Promise.resolve(token), isStatic: true };
}

function checkClient(value: unknown): GcsAuthClient {
  const client = value as Partial<GcsAuthClient> | null;
  const methods = [client?.getClient, client?.getRequestHeaders, client?.getAccessToken];
  if (methods.some((method) => typeof method === "function")) return client as GcsAuthClient;
  throw invalid(
    "authClient must have a method getAccessToken or getRequestHeaders, as those of google-auth-library have.",
  );
}

/** A key file's contents; for emulators delta-rs has two members of its own in them. */
interface ServiceAccountKey {
  readonly gcs_base_url?: string;
  readonly disable_oauth?: boolean;
}

function keyOf(values: OptionValues<keyof GcsOptions>): ServiceAccountKey | undefined {
  const text = values.text("serviceAccountKey");
  if (text === undefined) return undefined;
  let key: unknown;
  try {
    key = JSON.parse(text);
  } catch {
    // The text is a secret, and the parser's message would show some of it.
    throw invalid("The serviceAccountKey is not the JSON text of a key file.");
  }
  if (typeof key !== "object" || key === null)
    throw invalid("The serviceAccountKey is not the JSON text of a key file.");
  const { gcs_base_url, disable_oauth } = key as { gcs_base_url?: unknown; disable_oauth?: unknown };
  const isUrl = typeof gcs_base_url === "string" && URL.canParse(gcs_base_url);
  return {
    ...key,
    disable_oauth: disable_oauth === true,
    ...(isUrl ? { gcs_base_url: gcs_base_url.replace(/\/+$/, "") } : {}),
  };
}

/** Whether an option says something: `anonymous: false` is the same as none. */
function isSet(given: GivenGcs, name: keyof GcsOptions): boolean {
  if (name === "anonymous") return new OptionValues(GCS_NAMES.store, given).flag(name) ?? false;
  return given[name] !== undefined;
}
