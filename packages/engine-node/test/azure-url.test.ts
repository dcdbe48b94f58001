import { isDeltaError } from "@asyncdelta/kernel-core";
import { describe, expect, it } from "vitest";
import { type AzureOptions, azureService } from "../dist/azure/index.js";

const KEY = Buffer.from("the key of the account").toString("base64");

function httpUrl(url: string, options: AzureOptions = { accountName: "lake", anonymous: true }): string {
  return azureService(options, {}).objectUrl(url);
}

function messageOf(url: string, options?: AzureOptions): string {
  try {
    httpUrl(url, options);
  } catch (error) {
    expect(isDeltaError(error, "INVALID_ARGUMENT")).toBe(true);
    return (error as Error).message;
  }
  throw new Error("Nothing was thrown.");
}

describe("the URL of an Azure object", () => {
  it.each([
    ["az://box/a/b", "https://lake.blob.core.windows.net/box/a/b"],
    ["azure://box/a", "https://lake.blob.core.windows.net/box/a"],
    ["abfss://box/a", "https://lake.blob.core.windows.net/box/a"],
    ["abfss://box@pond.dfs.core.windows.net/a", "https://pond.blob.core.windows.net/box/a"],
    ["abfs://box@pond.dfs.core.usgovcloudapi.net/a", "https://pond.blob.core.usgovcloudapi.net/box/a"],
    ["abfss://box@pond.z12.dfs.storage.azure.net/a", "https://pond.z12.blob.storage.azure.net/box/a"],
    ["wasbs://box@pond.blob.core.windows.net/a", "https://pond.blob.core.windows.net/box/a"],
    ["https://pond.blob.core.windows.net/box/a", "https://pond.blob.core.windows.net/box/a"],
    ["https://pond.dfs.core.windows.net/box/a", "https://pond.blob.core.windows.net/box/a"],
    [
      "abfss://My%20Workspace@onelake.dfs.fabric.microsoft.com/x.Lakehouse/Tables/t",
      "https://onelake.blob.fabric.microsoft.com/My%20Workspace/x.Lakehouse/Tables/t",
    ],
    ["az://$web/a", "https://lake.blob.core.windows.net/%24web/a"],
    ["az://box/", "https://lake.blob.core.windows.net/box/"],
    // One spelling for each name, whatever it was before: it is part of what is signed.
    [
      "az://box/a!'()*%7E+%2B%25%3F%23%C3%A9//",
      "https://lake.blob.core.windows.net/box/a%21%27%28%29%2A~%2B%2B%25%3F%23%C3%A9//",
    ],
  ])("is found: %s", (url, expected) => {
    expect(httpUrl(url)).toBe(expected);
  });

  it("is at the endpoint that was given", () => {
    const options = { endpoint: "http://127.0.0.1:10000/lake", accountName: "lake", anonymous: true };
    expect(httpUrl("az://box/a b", options)).toBe("http://127.0.0.1:10000/lake/box/a%20b");
    expect(httpUrl("abfss://box@lake.dfs.core.windows.net/a", options)).toBe("http://127.0.0.1:10000/lake/box/a");
    expect(httpUrl("http://127.0.0.1:10000/lake/box/a", options)).toBe("http://127.0.0.1:10000/lake/box/a");
    expect(httpUrl("https://pond.blob.core.windows.net/box/a", options)).toBe(
      "https://pond.blob.core.windows.net/box/a",
    );
  });

  it.each([
    ["s3://box/a", undefined, /not of the form az:/],
    ["az://box", undefined, /not of the form/],
    ["az://box/a?sig=hidden", undefined, /not of the form/],
    ["az://box/a#b", undefined, /not of the form/],
    ["az://box/%zz", undefined, /percent-encoding/],
    ["az://box/a/../b", undefined, /`\.\.`/],
    ["az://box/a/%2e%2e/b", undefined, /`\.\.`/],
    ["az://box/a", { anonymous: true }, /set accountName/],
    ["abfss://box@lake.dfs.core.windows.net.evil.test/a", undefined, /belongs to no Azure account/],
    ["abfss://box@evil.test/a", undefined, /belongs to no Azure account/],
    ["https://evil.test/box/a", undefined, /belongs to no Azure account/],
    ["https://lake.blob.core.windows.net/box", undefined, /does not name a container and a path/],
    ["abfss://box@pond.dfs.core.windows.net/a", { accountName: "lake", accountKey: KEY }, /of another account, lake/],
  ])("is refused: %s", (url, options, message) => {
    const text = messageOf(url, options);
    expect(text).toMatch(message);
    expect(text).not.toContain("hidden");
  });
});
