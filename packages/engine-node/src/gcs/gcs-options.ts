/**
 * How Google Cloud Storage is reached. What is not given is taken from the environment variables of Google's tools and of
 * delta-rs. One way to sign is given at most; without any, `google-auth-library` looks for the application default
 * credentials, if it is installed.
 */
export interface GcsOptions {
  /** An OAuth 2.0 token, or a function that gets one. Else `CLOUDSDK_AUTH_ACCESS_TOKEN`. */
  readonly accessToken?: string | GcsTokenProvider | undefined;
  /** Gets tokens; a `GoogleAuth` or an `AuthClient` of `google-auth-library` fits. */
  readonly authClient?: GcsAuthClient | undefined;
  /** Path of the key file of a service account. Else `GOOGLE_SERVICE_ACCOUNT`. Needs `google-auth-library`. */
  readonly serviceAccountPath?: string | undefined;
  /** The key file's text. Else `GOOGLE_SERVICE_ACCOUNT_KEY`. Needs `google-auth-library`. */
  readonly serviceAccountKey?: string | undefined;
  /** Path of any file of credentials. Else `GOOGLE_APPLICATION_CREDENTIALS`. Needs `google-auth-library`. */
  readonly applicationCredentials?: string | undefined;
  /** Sends unsigned requests, for public buckets and emulators. */
  readonly anonymous?: boolean | undefined;
  /** Where it is not `https://storage.googleapis.com`. Else `STORAGE_EMULATOR_HOST`, which is asked without signing. */
  readonly endpoint?: string | undefined;
  /** Whether an `http:` endpoint is taken that is not on this machine: data and tokens cross the network in clear. */
  readonly allowHttp?: boolean | undefined;
  /** The project that pays for requests, where the bucket wants that. */
  readonly userProject?: string | undefined;
}

/** A token, with the time when it ends, where that is known; it is replaced ahead of it. */
export interface GcsAccessToken {
  readonly token: string;
  readonly expiration?: Date | undefined;
}

export type GcsTokenProvider = () => Promise<string | GcsAccessToken>;

/** The parts of `GoogleAuth` and `AuthClient` that are used: the headers where there are some, else the token. */
export interface GcsAuthClient {
  getClient?(): Promise<GcsAuthClient>;
  getRequestHeaders?(url?: string): Promise<Headers | Readonly<Record<string, string>>>;
  getAccessToken?(): Promise<string | null | undefined | { readonly token?: string | null | undefined }>;
  /** Of an `AuthClient`, once it has a token. */
  readonly credentials?: { readonly expiry_date?: number | null | undefined } | undefined;
}

/** Options by their names in delta-rs, in either case, with values as text: `{ GOOGLE_SERVICE_ACCOUNT: "key.json" }`. */
export type DeltaRsGcsOptions = Readonly<
  Partial<
    Record<
      | `GOOGLE_${string}`
      | `google_${string}`
      | "service_account"
      | "service_account_path"
      | "service_account_key"
      | "application_credentials"
      | "skip_signature"
      | "allow_http",
      string
    >
  >
>;
