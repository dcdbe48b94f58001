import { isDeltaError } from "@asyncdelta/kernel-core";
import { describe, expect, it } from "vitest";
import { gcsService } from "../dist/gcs/index.js";
import { readGcsOptions } from "../dist/gcs/read-options.js";

const GOOGLE = "https://storage.googleapis.com";

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    expect(isDeltaError(error, "INVALID_ARGUMENT")).toBe(true);
    return (error as Error).message;
  }
  throw new Error("Nothing was thrown.");
}

describe("the options of a Google store", () => {
  it.each([
    [{}, "client"],
    [{ accessToken: "t" }, "token"],
    [{ access_token: "Bearer t" }, "token"],
    [{ anonymous: true }, "anonymous"],
    [{ skip_signature: "true" }, "anonymous"],
    [{ GOOGLE_SKIP_SIGNATURE: "1" }, "anonymous"],
    [{ google_service_account: "/key.json" }, "client"],
    [{ service_account_path: "/key.json", google_bucket: "box" }, "client"],
    [{ GOOGLE_SERVICE_ACCOUNT_KEY: "{}" }, "client"],
    [{ google_application_credentials: "/key.json" }, "client"],
    [{ authClient: { getAccessToken: async () => "t" } }, "client"],
  ])("have the names of Google's tools and of delta-rs: %o", (options, kind) => {
    expect(readGcsOptions(options, {})).toMatchObject({ endpoint: GOOGLE, signing: { kind } });
  });

  it("are completed from the environment, and count before it", () => {
    const environment = { GOOGLE_SKIP_SIGNATURE: "true", GOOGLE_BASE_URL: "https://proxy.test/" };
    expect(readGcsOptions({}, environment)).toMatchObject({
      endpoint: "https://proxy.test",
      signing: { kind: "anonymous" },
    });
    expect(readGcsOptions({ accessToken: "t", endpoint: "https://own.test" }, environment)).toMatchObject({
      endpoint: "https://own.test",
      signing: { kind: "token" },
    });
    expect(readGcsOptions({}, { CLOUDSDK_AUTH_ACCESS_TOKEN: "t" }).signing.kind).toBe("token");
  });

  it.each(["emulator.test:4443", "http://emulator.test:4443", "http://emulator.test:4443/"])(
    "know an emulator by its variable, and show it no credentials: %s",
    (host) => {
      const environment = { STORAGE_EMULATOR_HOST: host, CLOUDSDK_AUTH_ACCESS_TOKEN: "t" };
      expect(readGcsOptions({}, environment)).toEqual({
        endpoint: "http://emulator.test:4443",
        signing: { kind: "anonymous" },
        userProject: undefined,
      });
    },
  );

  it("know an emulator by the key that delta-rs is given for it", () => {
    const key = JSON.stringify({ gcs_base_url: "http://127.0.0.1:4443/", disable_oauth: true, private_key: "" });
    expect(readGcsOptions({ google_service_account_key: key }, {})).toMatchObject({
      endpoint: "http://127.0.0.1:4443",
      signing: { kind: "anonymous" },
    });
  });

  it.each([
    [
      { acessToken: "t" },
      /Unknown Google Cloud Storage option: acessToken\. Did you mean accessToken\? There are accessToken,/,
    ],
    [{ accessToken: "t", anonymous: true }, /anonymous and accessToken/],
    [{ accessToken: "" }, /accessToken must be a text/],
    [{ authClient: {} }, /getAccessToken or getRequestHeaders/],
    [{ serviceAccountKey: "hidden{" }, /not the JSON text of a key file/],
    [{ serviceAccountKey: "7" }, /not the JSON text of a key file/],
    [{ endpoint: "http://proxy.test" }, /not encrypted/],
    [{ endpoint: "gs://box" }, /http or https URL/],
  ])("refuse %o", (options, message) => {
    const text = messageOf(() => readGcsOptions(options, {}));
    expect(text).toMatch(message);
    expect(text).not.toContain("hidden");
  });
});

describe("the URL of a Google object", () => {
  const { objectUrl, list, putRequest, ifAbsent } = gcsService({ anonymous: true }, {});

  it.each([
    ["gs://box/a/b", `${GOOGLE}/box/a/b`],
    ["gcs://box/a", `${GOOGLE}/box/a`],
    ["gs://my.box_1/a", `${GOOGLE}/my.box_1/a`],
    ["gs://box/a%20b%2B+%25!'()*~%C3%A9%3F%23", `${GOOGLE}/box/a%20b%2B%2B%25%21%27%28%29%2A~%C3%A9%3F%23`],
    [`${GOOGLE}/box/a b`, `${GOOGLE}/box/a%20b`],
  ])("is found: %s", (url, expected) => {
    expect(objectUrl(url)).toBe(expected);
  });

  it.each([
    "s3://box/a",
    "gs://box",
    "gs:///a",
    "gs://box/a?b=hidden",
    "gs://box/a#b",
    "gs://box/%zz",
    "gs://box/../b",
    "https://evil.test/box/a",
  ])("is refused: %s", (url) => {
    expect(messageOf(() => objectUrl(url))).not.toContain("hidden");
  });

  it("becomes another one for writing, and names the object there in the query", () => {
    const put = {
      method: "PUT",
      url: objectUrl("gs://box/a b/c%26d=%2B"),
      headers: {},
      body: new Uint8Array(1),
    } as const;
    const request = ifAbsent!(putRequest(put));
    expect(request).toEqual({
      method: "POST",
      url: `${GOOGLE}/upload/storage/v1/b/box/o?uploadType=media&name=a%20b%2Fc%26d%3D%2B&ifGenerationMatch=0`,
      headers: { "content-type": "application/octet-stream" },
      body: put.body,
    });
  });

  it("leads to a listing that starts at a name", () => {
    const url = new URL(list!.pageRequest("gs://box/t/_delta_log/", { startAfter: "0 &.json" }).url);
    expect(url.pathname).toBe("/storage/v1/b/box/o");
    expect(Object.fromEntries(url.searchParams)).toEqual({
      prefix: "t/_delta_log/",
      delimiter: "/",
      startOffset: "t/_delta_log/0 &.json",
      maxResults: "1000",
      fields: "kind,nextPageToken,items(name,size,updated,generation)",
    });
    const next = new URL(list!.pageRequest("gs://box/t/", { token: "a+/=", limit: 5 }).url);
    expect([next.searchParams.get("pageToken"), next.searchParams.get("maxResults")]).toEqual(["a+/=", "5"]);
  });
});
