/**
 * How an Azure storage account is reached. What is not given is taken from the environment variables of the Azure tools.
 * One way to sign is given at most; without any, `@azure/identity` looks for one, if it is installed.
 */
export interface AzureOptions {
  /** Where the URL does not name it. Else `AZURE_STORAGE_ACCOUNT_NAME`, `AZURE_STORAGE_ACCOUNT`. */
  readonly accountName?: string | undefined;
  /** In Base64. Else `AZURE_STORAGE_ACCOUNT_KEY`, `AZURE_STORAGE_ACCESS_KEY`, `AZURE_STORAGE_KEY`. */
  readonly accountKey?: string | undefined;
  /** A shared access signature, or a function that gets one. Else `AZURE_STORAGE_SAS_TOKEN`, `AZURE_STORAGE_SAS_KEY`. */
  readonly sasToken?: string | SasProvider | undefined;
  /** A token of Microsoft Entra ID. Else `AZURE_STORAGE_TOKEN`. */
  readonly bearerToken?: string | undefined;
  /** Gets tokens of Microsoft Entra ID; those of `@azure/identity` fit. */
  readonly credential?: TokenCredential | undefined;
  /** As the Azure portal shows it. Else `AZURE_STORAGE_CONNECTION_STRING`. */
  readonly connectionString?: string | undefined;
  /** Sends unsigned requests, for public containers. */
  readonly anonymous?: boolean | undefined;
  /** URL of the account's Blob service, `https://account.blob.core.windows.net`, where it is not that. */
  readonly endpoint?: string | undefined;
  /** The local emulator, Azurite, with its well-known account: `http://127.0.0.1:10000/devstoreaccount1`. */
  readonly useEmulator?: boolean | undefined;
  /** Microsoft OneLake, where the URL does not say so. */
  readonly useFabricEndpoint?: boolean | undefined;
  /** Whether an `http:` endpoint is taken that is not on this machine: data and tokens cross the network in clear. */
  readonly allowHttp?: boolean | undefined;
  /** Tenant, application and secret of a service principal; needs `@azure/identity`, as all that follow. */
  readonly tenantId?: string | undefined;
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
  /** File with the token of a workload identity. */
  readonly federatedTokenFile?: string | undefined;
  /** `https://login.microsoftonline.com`, where it is not that. */
  readonly authorityHost?: string | undefined;
  /** Object or resource id of a managed identity. */
  readonly objectId?: string | undefined;
  readonly msiResourceId?: string | undefined;
  /** Tokens of who is logged in to the Azure command line. */
  readonly useAzureCli?: boolean | undefined;
}

/** A token of Microsoft Entra ID. */
export interface AccessToken {
  readonly token: string;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly expiresOnTimestamp: number;
}

/** The part of `TokenCredential` of `@azure/identity` that is used. */
export interface TokenCredential {
  getToken(scopes: string | string[]): Promise<AccessToken | null>;
}

/** Gets a shared access signature, which is replaced ahead of the end that it names (`se`). */
export type SasProvider = () => Promise<string>;

/** Options by their names in delta-rs, in either case, with values as text: `{ AZURE_STORAGE_ACCOUNT_NAME: "lake" }`. */
export type DeltaRsAzureOptions = Readonly<
  Partial<
    Record<
      | `AZURE_${string}`
      | `azure_${string}`
      | "account_name"
      | "account_key"
      | "access_key"
      | "sas_token"
      | "sas_key"
      | "bearer_token"
      | "tenant_id"
      | "client_id"
      | "client_secret"
      | "use_emulator"
      | "allow_http",
      string
    >
  >
>;
