import { DeltaError } from "@asyncdelta/kernel-core";
import { isPackageMissing } from "../credentials/missing-package.js";
import type { AzureOptions, TokenCredential } from "./azure-options.js";

/** The part of `@azure/identity` that is used. */
export interface AzureIdentity {
  readonly DefaultAzureCredential: new (options: object) => TokenCredential;
  readonly ClientSecretCredential: new (
    tenantId: string,
    clientId: string,
    clientSecret: string,
    options: object,
  ) => TokenCredential;
  readonly WorkloadIdentityCredential: new (options: object) => TokenCredential;
  readonly ManagedIdentityCredential: new (options: object) => TokenCredential;
  readonly AzureCliCredential: new (options: object) => TokenCredential;
}

/** What tells one identity from another. */
export type IdentityOptions = Pick<
  AzureOptions,
  | "tenantId"
  | "clientId"
  | "clientSecret"
  | "federatedTokenFile"
  | "authorityHost"
  | "objectId"
  | "msiResourceId"
  | "useAzureCli"
>;

/** Users install it or not; in a variable, so that compilers and bundlers do not look for it. */
const PACKAGE: string = "@azure/identity";

/** Tokens by way of `@azure/identity`, which is loaded when the first one is wanted. */
export function identityCredential(
  options: IdentityOptions,
  load: () => Promise<AzureIdentity> = () => import(PACKAGE),
): TokenCredential {
  let made: Promise<TokenCredential> | undefined;
  return {
    async getToken(scopes) {
      made ??= load().then((identity) => makeCredential(identity, options), notInstalled(options));
      const credential = await made;
      try {
        return await credential.getToken(scopes);
      } catch (cause) {
        // Of a chain of ways that were tried, each has its line.
        const why = (cause instanceof Error ? cause.message : String(cause)).split("\n", 1)[0];
        throw noCredentials(`: ${why}`, "", cause);
      }
    },
  };
}

function makeCredential(identity: AzureIdentity, options: IdentityOptions): TokenCredential {
  const { tenantId, clientId, clientSecret, federatedTokenFile, authorityHost, objectId, msiResourceId } = options;
  const authority = authorityHost === undefined ? {} : { authorityHost };
  if (clientSecret !== undefined)
    return new identity.ClientSecretCredential(tenantId!, clientId!, clientSecret, authority);
  if (federatedTokenFile !== undefined) {
    const settings = { tenantId, clientId, tokenFilePath: federatedTokenFile, ...authority };
    return new identity.WorkloadIdentityCredential(settings);
  }
  if (objectId !== undefined) return new identity.ManagedIdentityCredential({ objectId });
  if (msiResourceId !== undefined) return new identity.ManagedIdentityCredential({ resourceId: msiResourceId });
  if (options.useAzureCli) return new identity.AzureCliCredential(tenantId === undefined ? {} : { tenantId });
  return new identity.DefaultAzureCredential({
    ...authority,
    ...(tenantId === undefined ? {} : { tenantId }),
    ...(clientId === undefined ? {} : { managedIdentityClientId: clientId, workloadIdentityClientId: clientId }),
  });
}

function notInstalled(options: IdentityOptions): (cause: unknown) => never {
  return (cause) => {
    if (!isPackageMissing(cause, PACKAGE)) throw cause;
    const { clientSecret, federatedTokenFile, objectId, msiResourceId, useAzureCli } = options;
    if (clientSecret ?? federatedTokenFile ?? objectId ?? msiResourceId ?? (useAzureCli || undefined)) {
      const message = `The Azure identity that was given needs the package ${PACKAGE}, which is not installed. Run "npm install ${PACKAGE}", or give ${OTHERS}.`;
      throw new DeltaError("ACCESS_DENIED", message, { cause });
    }
    const install = ` For service principals, managed identities and who is logged in, install ${PACKAGE}.`;
    throw noCredentials(".", install, cause);
  };
}

const OTHERS =
  "accountKey (AZURE_STORAGE_ACCOUNT_KEY), sasToken (AZURE_STORAGE_SAS_TOKEN), bearerToken or connectionString";

function noCredentials(why: string, more: string, cause: unknown): DeltaError {
  const advice = `Give ${OTHERS}, or anonymous for a public container.`;
  return new DeltaError("ACCESS_DENIED", `There are no Azure credentials${why} ${advice}${more}`, { cause });
}
