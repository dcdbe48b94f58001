import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { nodeEngine } from "@asyncdelta/engine-node";
import type { Storage } from "@asyncdelta/kernel-core";
import { memoryStorage } from "@asyncdelta/kernel-core/testing";
import { afterEach, describe, expect, test } from "vitest";
import { PlainObjects } from "./plain-objects.js";

/** What a program has loaded of this package's folders and of other packages. */
async function loaded(program: string): Promise<{ folders: string[]; packages: string[] }> {
  const script = `
    import { Session } from "node:inspector";
    ${program}
    const session = new Session();
    const urls = [];
    session.connect();
    session.on("Debugger.scriptParsed", ({ params }) => urls.push(params.url));
    session.post("Debugger.enable");
    const found = (pattern) => [...new Set(urls.flatMap((url) => pattern.exec(url)?.[1] ?? []))].sort();
    console.log(JSON.stringify({
      folders: found(/engine-node\\/dist\\/([^/]+)\\//),
      packages: found(/node_modules\\/(?!\\.pnpm)((?:@[^/]+\\/)?[^/]+)/),
    }));`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
    cwd: new URL(".", import.meta.url),
  });
  return JSON.parse(stdout);
}

const STORES = ["s3", "azure", "gcs", "http-store"];

describe("what is loaded", () => {
  test.each([
    ["s3", "s3Storage", "s3"],
    ["azure", "azureStorage", "azure"],
    ["gcs", "gcsStorage", "gcs"],
    ["http", "httpStorage", "http-store"],
  ])("the subpath ./%s leads to its own store alone, and to no socket", async (subpath, name, folder) => {
    const { folders, packages } = await loaded(`
      import { ${name} } from "@asyncdelta/engine-node/${subpath}";
      if (${name}().roundTrip !== "costly") throw new Error("no store");`);
    expect(folders.filter((name) => STORES.includes(name))).toEqual([folder]);
    expect(folders).not.toContain("parquet");
    expect(packages).not.toContain("undici");
    expect(packages).not.toContain("apache-arrow");
  });

  test("no store for local files, and one for a URL of it", async () => {
    const local = await loaded(`
      import { nodeEngine } from "@asyncdelta/engine-node";
      const { storage, close } = nodeEngine();
      await storage.head("file:///nothing");
      await close();`);
    expect(local.folders.filter((name) => STORES.includes(name))).toEqual([]);
    expect(local.packages).toEqual([]);
    const remote = await loaded(`
      import { nodeEngine } from "@asyncdelta/engine-node";
      const { storage, close } = nodeEngine({ storageOptions: { retries: 0 } });
      await storage.head("http://127.0.0.1:9/nothing").catch(() => {});
      await close();`);
    expect(remote.folders.filter((name) => STORES.includes(name))).toEqual(["http-store"]);
    expect(remote.packages).toEqual(["undici"]);
  });
});

describe("an engine", () => {
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });

  const engine = (options?: Parameters<typeof nodeEngine>[0]) => {
    const made = nodeEngine(options);
    closers.push(made.close);
    return made;
  };

  test("says of each place what a round trip to it costs", async () => {
    const { storage } = engine();
    expect(storage.roundTripTo?.("file:///t/")).toBe("cheap");
    for (const url of ["s3://b/t/", "gs://b/t/", "az://c/t/", "abfss://c@a.dfs.core.windows.net/t/", "https://h/t/"]) {
      expect(storage.roundTripTo?.(url), url).toBe("costly");
    }
    expect(storage.listingOf?.("https://h/t/_delta_log/")).toBe("probes");
    expect(storage.listingOf?.("https://lake.blob.core.windows.net/c/t/_delta_log/")).toBe("pages");
    expect(storage.roundTrip).toBe("cheap");
    const server = await PlainObjects.start();
    closers.push(() => server.stop());
    await storage.head(`${server.origin}/x`);
    expect(storage.roundTrip).toBe("costly");
  });

  test("hands options to the store that is used, which refuses those of others", async () => {
    for (const [url, storageOptions, words] of [
      ["s3://b/k", { accountName: "a" }, /accountName/],
      ["gs://b/k", { region: "a" }, /region/],
      ["az://c/k", { regoin: "a" }, /regoin/],
      ["https://h/k", { querry: "a" }, /query\?/],
      ["file:///k", { region: "a" }, /local table has no storage option 'region'/],
    ] as const) {
      await expect(engine({ storageOptions }).storage.read(url), url).rejects.toMatchObject({
        code: "INVALID_ARGUMENT",
        message: expect.stringMatching(words),
      });
    }
  });

  test("opens tables of several stores, each with its own options or those of the environment", async () => {
    const servers = await Promise.all([1, 2, 3, 4].map(() => PlainObjects.start()));
    closers.push(...servers.map((server) => () => server.stop()));
    const [s3, azure, gcs, http] = servers.map(({ origin }) => origin) as [string, string, string, string];
    process.env.GOOGLE_SKIP_SIGNATURE = "true";
    closers.push(async () => void delete process.env.GOOGLE_SKIP_SIGNATURE);
    const { storage } = engine({
      storageOptions: {
        retries: 0,
        s3: { endpoint: s3, accessKeyId: "key", secretAccessKey: "secret-of-s3" },
        azure: { endpoint: azure, accountName: "lake", anonymous: true },
        gcs: { endpoint: gcs },
        http: { headers: { "x-own": "1" } },
      },
    });
    for (const url of ["s3://b/k", "az://c/k", "gs://b/k", `${http}/k`]) await storage.read(url).catch(() => {});
    expect(servers.map(({ log }) => log.length)).toEqual([1, 1, 1, 1]);
    await expect(storage.read("file:///nothing")).rejects.toMatchObject({ code: "FILE_NOT_FOUND" });
  });

  test("says how to give options for one store among several", async () => {
    const { storage } = engine({ storageOptions: { accessKeyId: "key", secretAccessKey: "secret" } });
    const words = /accessKeyId.*Options for one store among several stand under its name/;
    for (const url of ["az://c/k", "gs://b/k", "https://h/k", "file:///k"]) {
      await expect(storage.read(url), url).rejects.toMatchObject({
        code: "INVALID_ARGUMENT",
        message: expect.stringMatching(words),
      });
    }
    expect(() => engine({ storageOptions: { s3: "eu-west-1" } })).toThrowError(/s3 must be an object/);
    for (const own of [{ s3: { accountName: "a" } }, { s3: { retries: 3 } }]) {
      await expect(engine({ storageOptions: own }).storage.read("s3://b/k")).rejects.toMatchObject({
        code: "INVALID_ARGUMENT",
      });
    }
  });

  test("hands options of the client to the client, as text too", async () => {
    const server = await PlainObjects.start();
    closers.push(() => server.stop());
    server.tamper = (_request, response) => {
      response.writeHead(503).end();
      return true;
    };
    const { storage } = engine({ storageOptions: { retries: "2", backoffMs: "1", userAgent: "me" } });
    await expect(storage.head(`${server.origin}/x`)).rejects.toMatchObject({
      code: "STORAGE_FAILED",
      message: expect.stringMatching(/503.* after 3 attempts/),
    });
    expect(server.log).toHaveLength(3);
    for (const wrong of [{ retries: "many" }, { proxy: 7 }, { hedge: "perhaps" }]) {
      const call = async () => engine({ storageOptions: wrong }).storage.head(`${server.origin}/x`);
      await expect(call(), JSON.stringify(wrong)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    }
  });

  test("closes its sockets, and asks for nothing any more", async () => {
    const server = await PlainObjects.start();
    closers.push(() => server.stop());
    server.set("/x", new Uint8Array(5));
    const one = nodeEngine();
    await one.storage.read(`${server.origin}/x`);
    expect(await server.connections()).toBe(1);
    await one.close();
    await expect.poll(() => server.connections()).toBe(0);
    await expect(one.storage.read(`${server.origin}/x`)).rejects.toMatchObject({ code: "CLOSED" });
    server.tamper = () => true;
    const two = nodeEngine();
    const reading = two.storage.read(`${server.origin}/x`);
    await expect.poll(() => server.log.length).toBe(2);
    await Promise.all([expect(reading).rejects.toMatchObject({ code: "CLOSED" }), two.close()]);
    await expect.poll(() => server.connections()).toBe(0);
  });

  test("knows no other schemes, and no other options", async () => {
    await expect(engine().storage.read("hdfs://n/k")).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    const make = (options: object) => () => nodeEngine(options);
    expect(make({ storageOption: {} })).toThrowError(/no option 'storageOption'. Did you mean 'storageOptions'\?/);
    expect(make({ storage: memoryStorage(), storageOptions: {} })).toThrowError(/storage is given/);
  });

  test("takes a storage instead", async () => {
    const storage: Storage = memoryStorage({ objects: { "memory:///x": "abc" } });
    expect(await engine({ storage }).storage.read("memory:///x")).toEqual(new TextEncoder().encode("abc"));
  });
});
