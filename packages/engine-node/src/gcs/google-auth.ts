import { DeltaError } from "@asyncdelta/kernel-core";
import { isPackageMissing } from "../credentials/missing-package.js";
import type { GcsAuthClient } from "./gcs-options.js";

/** The part of `google-auth-library` that is used. */
export interface GoogleAuthLibrary {
  readonly GoogleAuth: new (options: object) => GcsAuthClient;
}

/** What tells one set of credentials from another; empty for the application default credentials. */
export interface GoogleAuthSource {
  /** A file of credentials. */
  readonly keyFilename?: string | undefined;
  /** The contents of one. */
  readonly credentials?: object | undefined;
}

/** Users install it or not; in a variable, so that compilers and bundlers do not look for it. */
const PACKAGE: string = "google-auth-library";

const SCOPE = "https://www.googleapis.com/auth/devstorage.read_write";

/** Tokens by way of `google-auth-library`, which is loaded when the first one is wanted. */
export function googleAuthClient(
  source: GoogleAuthSource,
  load: () => Promise<GoogleAuthLibrary> = () => import(PACKAGE),
): GcsAuthClient {
  let made: Promise<GcsAuthClient> | undefined;
  return {
    async getClient() {
      made ??= load().then(({ GoogleAuth }) => new GoogleAuth({ scopes: [SCOPE], ...source }), notInstalled(source));
      const auth = await made;
      try {
        return await auth.getClient!();
      } catch (cause) {
        throw noCredentials(`: ${cause instanceof Error ? cause.message : String(cause)}`, "", cause);
      }
    },
  };
}

function notInstalled({ keyFilename, credentials }: GoogleAuthSource): (cause: unknown) => never {
  return (cause) => {
    if (!isPackageMissing(cause, PACKAGE)) throw cause;
    if (keyFilename !== undefined || credentials !== undefined) {
      const message = `Google credentials in a file or a key need the package ${PACKAGE}, which is not installed. Run "npm install ${PACKAGE}", or give accessToken or authClient.`;
      throw new DeltaError("ACCESS_DENIED", message, { cause });
    }
    const install = ` For service accounts, application default credentials and Google's own machines, install ${PACKAGE}.`;
    throw noCredentials(".", install, cause);
  };
}

function noCredentials(why: string, more: string, cause: unknown): DeltaError {
  const advice = "Give accessToken or authClient, or anonymous (GOOGLE_SKIP_SIGNATURE) for a public bucket.";
  return new DeltaError("ACCESS_DENIED", `There are no Google credentials${why} ${advice}${more}`, { cause });
}
