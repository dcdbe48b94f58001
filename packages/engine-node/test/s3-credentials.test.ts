import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeltaError } from "@asyncdelta/kernel-core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { credentialProvider } from "../dist/s3/find-credentials.js";
import type { S3Credentials } from "../dist/s3/index.js";
import { readOptions } from "../dist/s3/read-options.js";

describe("AWS credentials that no option and no variable gives", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "asyncdelta-aws-"));
    await writeFile(
      join(folder, "credentials"),
      "[default]\naws_access_key_id = fileKey\naws_secret_access_key = fileSecret\n[work]\naws_access_key_id = workKey\naws_secret_access_key = workSecret\naws_session_token = workToken\n",
    );
    for (const name of ["AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_WEB_IDENTITY_TOKEN_FILE"])
      vi.stubEnv(name, undefined);
    vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", join(folder, "credentials"));
    vi.stubEnv("AWS_CONFIG_FILE", join(folder, "config"));
    vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  });

  it("are found in the files of AWS by its own package", async () => {
    expect(await credentialProvider(readOptions({}, {}))()).toMatchObject({ accessKeyId: "fileKey" });
  });

  it("are those of the profile that is named", async () => {
    const provider = credentialProvider(readOptions({ profile: "work" }, {}));
    expect(await provider()).toMatchObject({
      accessKeyId: "workKey",
      secretAccessKey: "workSecret",
      sessionToken: "workToken",
    });
  });

  it("are an error that says what to do where there are none", async () => {
    vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", join(folder, "none"));
    const error = await credentialProvider(readOptions({}, {}))().catch((caught: unknown) => caught);
    expect(isDeltaError(error, "ACCESS_DENIED")).toBe(true);
    expect((error as Error).message).toMatch(/AWS_ACCESS_KEY_ID.*skipSignature/);
  });

  it("are an error that names the package where it is not installed", async () => {
    const missing = (): Promise<never> =>
      Promise.reject(
        Object.assign(new Error("Cannot find package '@aws-sdk/credential-providers' imported from here"), {
          code: "ERR_MODULE_NOT_FOUND",
        }),
      );
    const error = await credentialProvider(readOptions({}, {}), missing)().catch((caught: unknown) => caught);
    expect(isDeltaError(error, "ACCESS_DENIED")).toBe(true);
    expect((error as Error).message).toContain("install @aws-sdk/credential-providers");
    const given = await credentialProvider(readOptions({ profile: "p" }, {}), missing)().catch((e: unknown) => e);
    expect(isDeltaError(given, "ACCESS_DENIED")).toBe(true);
    expect((given as Error).message).toMatch(/^The AWS profile p needs .*"npm install @aws-sdk\/credential-providers"/);
  });

  it("are not said to lack a package that is there and broken", async () => {
    const broken = (): Promise<never> => Promise.reject(new Error("broken"));
    const error = await credentialProvider(readOptions({}, {}), broken)().catch((caught: unknown) => caught);
    expect((error as Error).message).toBe("broken");
  });
});

describe("AWS credentials from a function", () => {
  it("are checked", async () => {
    const half = async () => ({ accessKeyId: "k" }) as S3Credentials;
    const provider = credentialProvider(readOptions({ credentials: half }, {}));
    const error = await provider().catch((caught: unknown) => caught);
    expect(isDeltaError(error, "INVALID_ARGUMENT")).toBe(true);
  });

  it("may end at a time", async () => {
    const expiration = new Date(5);
    const given = async () => ({ accessKeyId: "k", secretAccessKey: "s", expiration });
    expect((await credentialProvider(readOptions({ credentials: given }, {}))()).expiration).toEqual(expiration);
  });
});
