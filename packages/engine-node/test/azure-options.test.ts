import { isDeltaError } from "@asyncdelta/kernel-core";
import { describe, expect, it } from "vitest";
import type { AzureSigning } from "../dist/azure/read-options.js";
import { readAzureOptions } from "../dist/azure/read-options.js";

const KEY = Buffer.from("the key of the account").toString("base64");
const SAS = "sv=2022-11-02&sp=rl&se=2030-01-01T00:00:00Z&sig=c2lnbmF0dXJl%2B%2F%3D";

function messageOf(options: object, environment: Record<string, string> = {}): string {
  try {
    readAzureOptions(options, environment);
  } catch (error) {
    expect(isDeltaError(error, "INVALID_ARGUMENT")).toBe(true);
    return (error as Error).message;
  }
  throw new Error("Nothing was thrown.");
}

function keyOf(signing: AzureSigning): string {
  return signing.kind === "key" ? signing.text : `no key: ${signing.kind}`;
}

describe("the options of an Azure store", () => {
  it.each([
    [{ accountName: "lake", accountKey: KEY }],
    [{ account_name: "lake", account_key: KEY }],
    [{ azure_storage_account_name: "lake", access_key: KEY }],
    [{ AZURE_STORAGE_ACCOUNT_NAME: "lake", AZURE_STORAGE_ACCOUNT_KEY: KEY }],
    [{ connectionString: `DefaultEndpointsProtocol=https;AccountName=lake;AccountKey=${KEY}` }],
  ])("have the names of the Azure tools and of delta-rs: %o", (options) => {
    const { account, signing } = readAzureOptions(options, {});
    expect(account).toBe("lake");
    expect(keyOf(signing)).toBe(KEY);
  });

  it.each([
    [{ AZURE_STORAGE_ACCOUNT_NAME: "lake", AZURE_STORAGE_ACCOUNT_KEY: KEY }, "key"],
    [{ AZURE_STORAGE_ACCOUNT: "lake", AZURE_STORAGE_KEY: KEY }, "key"],
    [{ AZURE_STORAGE_ACCOUNT: "lake", AZURE_STORAGE_SAS_TOKEN: SAS }, "sas"],
    [{ AZURE_STORAGE_ACCOUNT: "lake", AZURE_STORAGE_TOKEN: "token" }, "token"],
    [{ AZURE_STORAGE_ACCOUNT: "lake", AZURE_SKIP_SIGNATURE: "true", AZURE_STORAGE_KEY: KEY }, "anonymous"],
    [{ AZURE_STORAGE_CONNECTION_STRING: `AccountName=lake;AccountKey=${KEY}` }, "key"],
    [{ AZURE_STORAGE_ACCOUNT: "lake", AZURE_STORAGE_KEY: "", AZURE_STORAGE_SAS_TOKEN: SAS }, "sas"],
  ])("are completed from the environment: %o", (environment, kind) => {
    const { account, signing } = readAzureOptions({}, environment as Record<string, string>);
    expect([account, signing.kind]).toEqual(["lake", kind]);
  });

  it("take what was given before what lies in the environment", () => {
    const environment = { AZURE_STORAGE_ACCOUNT: "lake", AZURE_STORAGE_KEY: KEY };
    expect(readAzureOptions({ sasToken: SAS }, environment)).toMatchObject({
      account: "lake",
      signing: { kind: "sas" },
    });
    expect(readAzureOptions({ anonymous: true }, environment).signing.kind).toBe("anonymous");
    expect(readAzureOptions({ anonymous: false }, environment).signing.kind).toBe("key");
  });

  it("never use a key of the environment for another account than it names", () => {
    const environment = { AZURE_STORAGE_CONNECTION_STRING: `AccountName=other;AccountKey=${KEY}` };
    const { account, endpoint, signing } = readAzureOptions({ accountName: "lake" }, environment);
    expect([account, endpoint, signing.kind]).toEqual(["lake", undefined, "token"]);
  });

  it("know the emulator, whose account is the same everywhere", () => {
    expect(readAzureOptions({ useEmulator: "true" }, {})).toMatchObject({
      account: "devstoreaccount1",
      endpoint: "http://127.0.0.1:10000/devstoreaccount1",
      signing: { kind: "key" },
    });
    expect(readAzureOptions({ connectionString: "UseDevelopmentStorage=true" }, {}).account).toBe("devstoreaccount1");
    const environment = { AZURE_STORAGE_USE_EMULATOR: "1", AZURITE_BLOB_STORAGE_URL: "http://localhost:7/" };
    expect(readAzureOptions({}, environment).endpoint).toBe("http://localhost:7/devstoreaccount1");
  });

  it("take endpoints from connection strings, with other clouds and signatures", () => {
    const china = `AccountName=lake;AccountKey=${KEY};EndpointSuffix=core.chinacloudapi.cn`;
    expect(readAzureOptions({ connectionString: china }, {}).endpoint).toBe("https://lake.blob.core.chinacloudapi.cn");
    const signed = `BlobEndpoint=https://lake.blob.core.windows.net/;SharedAccessSignature=${SAS}`;
    expect(readAzureOptions({ connectionString: signed }, {})).toMatchObject({
      endpoint: "https://lake.blob.core.windows.net",
      signing: { kind: "sas" },
    });
  });

  it.each([
    [{ acountName: "lake" }, /Unknown Azure option: acountName\. Did you mean accountName\? There are accountName,/],
    [{ accountKey: KEY, sasToken: SAS }, /Give one of the Azure options accountKey and sasToken/],
    [{ accountKey: KEY, tenantId: "t", clientId: "c", clientSecret: "s" }, /accountKey and clientSecret/],
    [{ account_name: "lake", accountName: "pond" }, /account_name and accountName mean the same, but differ/],
    [{ accountKey: "not base64!" }, /accountKey is not in Base64/],
    [{ sasToken: "sp=r" }, /no signature/],
    [{ sasToken: "sig" }, /name=value/],
    [{ sasToken: "sig=%zz" }, /percent-encoded/],
    [{ accountName: 7 }, /accountName must be a text/],
    [{ accountName: "lake.evil.test/" }, /no name of an account/],
    [{ useEmulator: "perhaps" }, /useEmulator must be true or false/],
    [{ credential: {} }, /getToken/],
    [{ clientSecret: "secret", clientId: "c" }, /needs tenantId and clientId/],
    [{ connectionString: "AccountKey" }, /Name=Value/],
    [{ connectionString: `AccountKey=${KEY}` }, /neither AccountName nor BlobEndpoint/],
    [{ endpoint: "http://proxy.test" }, /not encrypted/],
    [{ endpoint: "https://user:pass@proxy.test" }, /without user/],
    [{ endpoint: "ftp://proxy.test" }, /http or https URL/],
  ])("refuse %o", (options, message) => {
    expect(messageOf(options)).toMatch(message);
  });

  it("show no secret when they are refused", () => {
    const secret = "c2VjcmV0";
    for (const options of [
      { accountKey: `${secret}!` },
      { accountKey: secret, account_key: `${secret}=` },
      { sasToken: `sp=r&sig${secret}` },
      { sasToken: `sig=%${secret}` },
      { connectionString: `AccountKey=${secret}` },
      { accountKey: secret, bearerToken: secret },
      { endpoint: `https://lake.test/?sig=${secret}` },
      { unknown: secret },
    ])
      expect(messageOf(options)).not.toContain(secret);
  });
});
