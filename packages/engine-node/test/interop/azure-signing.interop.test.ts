import { createHmac } from "node:crypto";
import { isDeltaError, type Storage } from "@asyncdelta/kernel-core";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { type AzureOptions, azureStorage } from "../../dist/azure/index.js";
import {
  AZURITE_ACCOUNT,
  AZURITE_KEY,
  type Azurite,
  installAzurite,
  makeContainer,
  startAzurite,
} from "../servers/azurite.js";

const installed = await installAzurite();

/** A signature for the container `lake`. Source: "Create a service SAS", Azure Storage REST API, for version 2020-12-06. */
function sign(permissions: string, expiry: Date): string {
  const version = "2022-11-02";
  const end = `${expiry.toISOString().slice(0, 19)}Z`;
  const fields = [
    permissions,
    "",
    end,
    `/blob/${AZURITE_ACCOUNT}/lake`,
    "",
    "",
    "",
    version,
    "c",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
  ];
  const signature = createHmac("sha256", Buffer.from(AZURITE_KEY, "base64")).update(fields.join("\n")).digest("base64");
  return new URLSearchParams({ sv: version, sr: "c", sp: permissions, se: end, sig: signature }).toString();
}

const names = async (storage: Storage, root: string): Promise<string[]> => {
  const urls: string[] = [];
  for await (const page of storage.list(root)) urls.push(...page.map(({ url }) => url.slice(root.length)));
  return urls;
};

async function failureOf(work: Promise<unknown>): Promise<Error & { code?: unknown }> {
  const error = await work.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!(error instanceof Error)) throw new Error("It did not fail.");
  return error;
}

describe("signing for Azurite", () => {
  if ("missing" in installed) {
    console.error(`Skipped Azurite: ${installed.missing}.`);
    test.skip(`Azurite: ${installed.missing}`);
    return;
  }
  const hour = 3_600_000;
  const bytes = new TextEncoder().encode("content");
  let server: Azurite;
  let open: (options: AzureOptions) => Storage;
  beforeAll(async () => {
    server = await startAzurite(installed.path);
    await makeContainer(server.endpoint, "public", "container");
    open = (options) => azureStorage({ accountName: AZURITE_ACCOUNT, endpoint: server.endpoint, ...options });
    const storage = open({ accountKey: AZURITE_KEY });
    for (const container of ["lake", "public"])
      await storage.put(`az://${container}/t/a%20b%2B%25%23.json`, bytes, { mode: "create" });
  });
  afterAll(() => server?.stop());

  it("a shared access signature reads, lists and writes as far as it permits", async () => {
    const all = open({ sasToken: sign("rcwdl", new Date(Date.now() + hour)) });
    expect(await names(all, "az://lake/t/")).toEqual(["a%20b%2B%25%23.json"]);
    expect(await all.read("az://lake/t/a%20b%2B%25%23.json")).toEqual(bytes);
    expect(await all.put("az://lake/u/x", bytes, { mode: "create" })).toBe("created");
    expect(await all.put("az://lake/u/x", bytes, { mode: "create" })).toBe("exists");
    await all.delete("az://lake/u/x");
    const reads = open({ sasToken: sign("r", new Date(Date.now() + hour)) });
    expect(await reads.read("az://lake/t/a%20b%2B%25%23.json")).toEqual(bytes);
    expect((await failureOf(names(reads, "az://lake/t/"))).code).toBe("ACCESS_DENIED");
    expect((await failureOf(reads.put("az://lake/u/y", bytes, { mode: "overwrite" }))).code).toBe("ACCESS_DENIED");
  });

  it("a signature that has ended is renewed where it can be, and an error where not, without the signature", async () => {
    const ended = sign("rl", new Date(Date.now() - hour));
    const error = await failureOf(open({ sasToken: ended }).read("az://lake/t/a%20b%2B%25%23.json"));
    expect(error.code).toBe("ACCESS_DENIED");
    expect(error.message).toMatch(/expired/);
    const signature = new URLSearchParams(ended).get("sig")!;
    for (const secret of [signature, encodeURIComponent(signature)]) {
      expect(error.message).not.toContain(secret);
      expect(JSON.stringify({ ...error, cause: { ...(error.cause as object) } })).not.toContain(secret);
    }
    let calls = 0;
    const sasToken = async () => (++calls === 1 ? ended : sign("rl", new Date(Date.now() + hour)));
    const renewed = open({ sasToken });
    const reading = Array.from({ length: 8 }, () => renewed.read("az://lake/t/a%20b%2B%25%23.json"));
    expect(await Promise.all(reading)).toEqual(Array(8).fill(bytes));
    expect(calls).toBe(2);
  });

  it("a wrong key is denied, and shown nowhere", async () => {
    const accountKey = Buffer.from("not the key of the account").toString("base64");
    const error = await failureOf(open({ accountKey }).read("az://lake/t/a%20b%2B%25%23.json"));
    expect(isDeltaError(error, "ACCESS_DENIED")).toBe(true);
    expect(`${error.message} ${error.stack} ${error.cause}`).not.toContain(accountKey);
    expect((await failureOf(open({ accountKey }).head("az://lake/t/a%20b%2B%25%23.json"))).code).toBe("ACCESS_DENIED");
  });

  it("nothing is needed for a public container, nor enough for another", async () => {
    const storage = open({ anonymous: true });
    expect(await storage.read("az://public/t/a%20b%2B%25%23.json")).toEqual(bytes);
    expect(await names(storage, "az://public/t/")).toEqual(["a%20b%2B%25%23.json"]);
    const error = await failureOf(storage.read("az://lake/t/a%20b%2B%25%23.json"));
    expect(["ACCESS_DENIED", "FILE_NOT_FOUND"]).toContain(error.code);
  });

  it("a container that is not there has nothing in it", async () => {
    const storage = open({ accountKey: AZURITE_KEY });
    expect((await failureOf(storage.read("az://absent/t/x"))).code).toBe("FILE_NOT_FOUND");
    expect(await storage.head("az://absent/t/x")).toBeUndefined();
    expect((await failureOf(storage.put("az://absent/t/x", bytes, { mode: "create" }))).code).not.toBe(undefined);
  });
});
