import { isDeltaError } from "@asyncdelta/kernel-core";
import { describe, expect, it } from "vitest";
import { readOptions } from "../dist/s3/read-options.js";

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    expect(isDeltaError(error, "INVALID_ARGUMENT")).toBe(true);
    return (error as Error).message;
  }
  throw new Error("Nothing was thrown.");
}

const keys = { accessKeyId: "key", secretAccessKey: "hidden" };

describe("the options of an S3 store", () => {
  it.each([
    [{ region: "eu-west-1", ...keys }],
    [{ AWS_REGION: "eu-west-1", AWS_ACCESS_KEY_ID: "key", AWS_SECRET_ACCESS_KEY: "hidden" }],
    [{ aws_region: "eu-west-1", aws_access_key_id: "key", aws_secret_access_key: "hidden" }],
    [{ region: "eu-west-1", access_key_id: "key", secret_access_key: "hidden" }],
    [{ region: "eu-west-1", credentials: keys }],
  ])("have the names of the SDKs and of delta-rs: %o", (options) => {
    const { region, regionIsGiven, credentials } = readOptions(options, {});
    expect({ region, regionIsGiven, credentials }).toEqual({
      region: "eu-west-1",
      regionIsGiven: true,
      credentials: { ...keys, sessionToken: undefined, expiration: undefined },
    });
  });

  it("are completed from the environment, where an empty variable is none", () => {
    const settings = readOptions(
      { region: "eu-west-1" },
      {
        AWS_REGION: "us-west-2",
        AWS_DEFAULT_REGION: "us-west-1",
        AWS_ACCESS_KEY_ID: "envKey",
        AWS_SECRET_ACCESS_KEY: "envSecret",
        AWS_SESSION_TOKEN: "",
        AWS_ENDPOINT_URL: "https://general.test",
        AWS_ENDPOINT_URL_S3: "https://s3.test/",
        AWS_VIRTUAL_HOSTED_STYLE_REQUEST: "true",
        AWS_REQUEST_PAYER: "requester",
      },
    );
    expect(settings.region).toBe("eu-west-1");
    expect(settings.endpoint).toBe("https://s3.test");
    expect(settings.pathStyle).toBe(false);
    expect(settings.requestPayer).toBe(true);
    expect(settings.credentials).toEqual({
      accessKeyId: "envKey",
      secretAccessKey: "envSecret",
      sessionToken: undefined,
    });
    expect(readOptions({}, { AWS_REGION: "us-west-2", AWS_DEFAULT_REGION: "us-west-1" }).region).toBe("us-west-2");
    expect(readOptions({}, {}).regionIsGiven).toBe(false);
    const ignoring = { AWS_ENDPOINT_URL: "https://general.test", AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" };
    expect(readOptions({}, ignoring).endpoint).toBeUndefined();
  });

  it("count more than the environment, the style of addresses too", () => {
    const env = { AWS_VIRTUAL_HOSTED_STYLE_REQUEST: "true", AWS_SKIP_SIGNATURE: "true" };
    expect(readOptions({ forcePathStyle: true }, env).pathStyle).toBe(true);
    expect(readOptions({ skipSignature: false, ...keys }, env).anonymous).toBe(false);
  });

  it("take keys from one place, and never complete them from another", () => {
    const env = { AWS_ACCESS_KEY_ID: "envKey", AWS_SECRET_ACCESS_KEY: "envSecret", AWS_SESSION_TOKEN: "envToken" };
    expect(readOptions(keys, env).credentials).toEqual({ ...keys, sessionToken: undefined, expiration: undefined });
    expect(messageOf(() => readOptions({ accessKeyId: "key" }, env))).toContain("no secret");
    expect(messageOf(() => readOptions({ secretAccessKey: "hidden" }, env))).toContain("no access key id");
    expect(messageOf(() => readOptions({ ...keys, credentials: keys }, {}))).toContain("not both");
    expect(readOptions({ profile: "work" }, env).credentials).toBeUndefined();
    expect(readOptions({ anonymous: true }, env).credentials).toBeUndefined();
  });

  it("are named where they are unknown, without their values", () => {
    const message = messageOf(() => readOptions({ regoin: "x", AWS_SECRET: "hidden", region: "y" } as never, {}));
    expect(message).toContain("regoin, AWS_SECRET. Did you mean region?");
    expect(message).not.toContain("hidden");
  });

  it("may hold what is only for delta-rs's way of committing", () => {
    expect(readOptions({ AWS_S3_ALLOW_UNSAFE_RENAME: "true", aws_conditional_put: "etag" }, {}).region).toBe(
      "us-east-1",
    );
  });

  it("may not say two things at once", () => {
    const message = messageOf(() =>
      readOptions({ accessKeyId: "a", AWS_ACCESS_KEY_ID: "b", secretAccessKey: "c" }, {}),
    );
    expect(message).toContain("accessKeyId");
    expect(message).toContain("AWS_ACCESS_KEY_ID");
    messageOf(() => readOptions({ forcePathStyle: true, virtualHostedStyle: true }, {}));
    const both = { AWS_ENDPOINT_URL: "https://a.test", AWS_ENDPOINT_URL_S3: "https://b.test" };
    expect(readOptions(both, {}).endpoint).toBe("https://b.test");
  });

  it.each([
    ["no URL", "minio"],
    ["a URL of another kind", "ftp://minio"],
    ["a URL with a password", "https://me:hidden@minio"],
    ["a URL with a query", "https://minio/?token=hidden"],
    ["an http URL of another machine", "http://minio:9000"],
  ])("refuse %s as endpoint", (_, endpoint) => {
    expect(messageOf(() => readOptions({ endpoint }, {}))).not.toContain("hidden");
  });

  it.each([
    ["http://minio:9000", true],
    ["http://127.0.0.1:9000", false],
    ["http://localhost:9000", false],
    ["http://[::1]:9000", false],
  ])("take the http endpoint %s with allowHttp %s", (endpoint, allowHttp) => {
    expect(readOptions({ endpoint, allowHttp }, {}).endpoint).toBe(endpoint);
    expect(readOptions({ AWS_ENDPOINT_URL: endpoint, AWS_ALLOW_HTTP: String(allowHttp) }, {}).endpoint).toBe(endpoint);
  });

  it.each([
    [{ forcePathStyle: "perhaps" }],
    [{ region: 7 }],
    [{ region: "" }],
    [{ credentials: "key:hidden" }],
    [{ credentials: { ...keys, expiration: "hidden" } }],
    [{ credentials: { ...keys, sessionToken: 7 } }],
  ])("have values of their types: %o", (options) => {
    expect(messageOf(() => readOptions(options as never, {}))).not.toContain("hidden");
  });
});
