import { DeltaError } from "@asyncdelta/kernel-core";
import { isPackageMissing } from "../credentials/missing-package.js";
import { checkCredentials, type S3Settings } from "./read-options.js";
import type { S3CredentialProvider } from "./s3-options.js";

/** The part of `@aws-sdk/credential-providers` that is used. */
export interface AwsCredentialProviders {
  fromNodeProviderChain(options: { readonly profile?: string }): AwsChain;
}

/** Keeps what it found, unless told not to: when it is asked here, what it has is no longer wanted. */
type AwsChain = (options: { readonly forceRefresh: boolean }) => Promise<unknown>;

/** Users install it or not; in a variable, so that compilers and bundlers do not look for it. */
const PACKAGE: string = "@aws-sdk/credential-providers";

const OTHERS =
  "accessKeyId and secretAccessKey (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY), or skipSignature for a public bucket.";

/**
 * A provider of the credentials that the settings ask for: static ones, the user's own function, or AWS's chain of
 * profiles, single sign-on, web identity, containers and instances, which AWS's own package knows.
 */
export function credentialProvider(
  settings: S3Settings,
  load: () => Promise<AwsCredentialProviders> = () => import(PACKAGE),
): S3CredentialProvider {
  const { credentials, profile } = settings;
  if (typeof credentials === "object") return () => Promise.resolve(credentials);
  if (credentials !== undefined)
    return async () => checkCredentials(await credentials(), "The provider of credentials");
  let chain: AwsChain | undefined;
  return async () => {
    chain ??= (await load().catch(notInstalled(profile))).fromNodeProviderChain(
      profile === undefined ? {} : { profile },
    );
    try {
      return checkCredentials(await chain({ forceRefresh: true }), PACKAGE);
    } catch (cause) {
      throw notFound(cause);
    }
  };
}

function notInstalled(profile: string | undefined): (cause: unknown) => never {
  return (cause) => {
    if (!isPackageMissing(cause, PACKAGE)) throw cause;
    const message =
      profile === undefined
        ? `There are no AWS credentials. Give ${OTHERS} For profiles, single sign-on, web identity, containers and instances, install ${PACKAGE}.`
        : `The AWS profile ${profile} needs the package ${PACKAGE}, which is not installed. Run "npm install ${PACKAGE}", or give ${OTHERS}`;
    throw new DeltaError("ACCESS_DENIED", message, { cause });
  };
}

function notFound(cause: unknown): DeltaError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new DeltaError("ACCESS_DENIED", `There are no AWS credentials: ${why} Give ${OTHERS}`, { cause });
}
