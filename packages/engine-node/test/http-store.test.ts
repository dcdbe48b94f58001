import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { fileStorage, nodeEngine } from "@asyncdelta/engine-node";
import { httpStorage } from "@asyncdelta/engine-node/http";
import {
  DeltaError,
  type Engine,
  liveFiles,
  loadSnapshot,
  planScan,
  readTasks,
  type Storage,
} from "@asyncdelta/kernel-core";
import { storageConformance } from "@asyncdelta/kernel-core/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { listLogByProbing } from "../dist/http-store/list-log-by-probing.js";
import { certificate } from "./http/localhost-certificate.js";
import { impatientClient } from "./plain-objects.js";
import { StaticServer } from "./static-server.js";

const tables = fileURLToPath(new URL("../../../examples/tables", import.meta.url));
const OPTIONS = { retries: 2, backoffMs: 1, longestBackoffMs: 2 };

let folder: string;
let server: StaticServer;
const engines: Engine[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "asyncdelta-http-"));
  await cp(tables, folder, { recursive: true });
  server = await StaticServer.start(folder);
});
afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.close()));
  await server.stop();
  await rm(folder, { recursive: true });
});

function engineWith(storageOptions: Record<string, unknown> = {}): Engine {
  const engine = nodeEngine({ storageOptions: { ...OPTIONS, ...storageOptions } });
  engines.push(engine);
  return engine;
}

const commit = (table: string, version: number, suffix = ".json") =>
  join(folder, table, "_delta_log", `${String(version).padStart(20, "0")}${suffix}`);

async function contentOf(engine: Engine, root: string, version?: number): Promise<unknown> {
  const snapshot = await loadSnapshot(engine, root, { version });
  const paths: string[] = [];
  for await (const files of liveFiles(engine, snapshot)) for (const { path } of files) paths.push(path);
  let rows = 0;
  for await (const batch of readTasks(engine, planScan(engine, snapshot, {}))) rows += batch.numRows;
  return { version: snapshot.version, paths: paths.sort(), rows };
}

/** What is in a table by way of HTTP and of its files. */
async function both(table: string, version?: number): Promise<readonly [unknown, unknown]> {
  return Promise.all([
    contentOf(engineWith(), `${server.origin}/${table}/`, version),
    contentOf(
      engineWith({ retries: undefined, backoffMs: undefined, longestBackoffMs: undefined }),
      urlOf(table),
      version,
    ),
  ]);
}

function urlOf(table: string): string {
  return `${pathToFileURL(join(folder, table)).href}/`;
}

describe("the storage contract, as far as it is about reading", () => {
  const subject = async () => {
    const path = await mkdtemp(join(folder, "place-"));
    const files = fileStorage();
    const toFile = (url: string) => pathToFileURL(folder).href + new URL(url).pathname;
    const client = impatientClient();
    const storage: Storage = {
      ...httpStorage({ client }),
      put: (url, bytes, options) => files.put(toFile(url), bytes, options),
    };
    return { storage, root: `${server.origin}/${path.slice(folder.length + 1)}/`, dispose: () => client.close() };
  };
  for (const { name, run } of storageConformance("HTTP", subject)) {
    if (
      !/^HTTP (?:list|takes an absent|refuses to list|does nothing|creates|lets one|shows|deletes|leaves|ends a listing|ends a read)/.test(
        name,
      )
    )
      test(name, run);
  }
});

describe("a table", () => {
  test.each(["trips", "readings"])("%s has the same files and rows as on disk, at every version", async (table) => {
    const [there, here] = await both(table);
    expect(there).toEqual(here);
    for (let version = 0; version <= (here as { version: number }).version; version += 3) {
      const [there, here] = await both(table, version);
      expect(there, `version ${version}`).toEqual(here);
    }
  });

  test("is found from its checkpoint on, without a question for what is before", async () => {
    await loadSnapshot(engineWith(), `${server.origin}/trips/`);
    expect(server.log.filter((line) => /0000000000000000000\d\.json/.test(line))).toEqual([]);
    expect(server.log).toContain("GET /trips/_delta_log/_last_checkpoint");
    expect(server.log).toContain("HEAD /trips/_delta_log/00000000000000000013.json");
  });

  test("is read after its beginning was cleaned up, and says so where a version is gone", async () => {
    for (let version = 0; version < 7; version++) await rm(commit("trips", version));
    const [there, here] = await both("trips");
    expect(there).toEqual(here);
    const failures = await Promise.all(
      [`${server.origin}/trips/`, urlOf("trips")].map((root, i) =>
        loadSnapshot(
          engineWith(i === 0 ? {} : { retries: undefined, backoffMs: undefined, longestBackoffMs: undefined }),
          root,
          { version: 8 },
        ).catch((error) => error.code),
      ),
    );
    expect(failures[0]).toBe(failures[1]);
  });

  test("of which an older checkpoint is needed is read from that", async () => {
    // As if one had been written at version 10 before one at 12: the hint names the newer.
    await cp(commit("trips", 10, ".checkpoint.parquet"), commit("trips", 12, ".checkpoint.parquet"));
    const hint = JSON.parse(await readFile(join(folder, "trips/_delta_log/_last_checkpoint"), "utf8"));
    await writeFile(join(folder, "trips/_delta_log/_last_checkpoint"), JSON.stringify({ ...hint, version: 12 }));
    for (let version = 0; version < 10; version++) await rm(commit("trips", version));
    const [there, here] = await both("trips", 11);
    expect(there).toEqual(here);
  });

  test("is refused where its log has a gap, and where it has none of its own", async () => {
    await rm(commit("readings", 4));
    await expect(loadSnapshot(engineWith(), `${server.origin}/readings/`)).rejects.toMatchObject({ code: "LOG_GAP" });
    await expect(loadSnapshot(engineWith(), `${server.origin}/nothing/`)).rejects.toMatchObject({
      code: "TABLE_NOT_FOUND",
    });
  });

  test("is never shortened by an answer other than absence", async () => {
    for (const status of [403, 500, 401, 418]) {
      server.otherwise = (request, response) => {
        if (!request.url!.includes("0007.json")) return false;
        response.writeHead(status).end();
        return true;
      };
      await expect(loadSnapshot(engineWith(), `${server.origin}/readings/`), `${status}`).rejects.toMatchObject({
        code: status === 401 || status === 403 ? "ACCESS_DENIED" : "STORAGE_FAILED",
      });
    }
  });

  test.each(["_last_checkpoint", "00000000000000000010.checkpoint.parquet", "00000000000000000008.json"])(
    "leaves no question under way behind the failure of that for %s",
    async (name) => {
      const files = fileStorage();
      let underWay = 0;
      // What fails does so at once, all else takes its time.
      const asked = async <T>(url: string, ask: () => Promise<T>): Promise<T> => {
        if (url.endsWith(name)) throw new DeltaError("STORAGE_FAILED", "No answer.", { path: url });
        underWay++;
        if (url.endsWith(".json")) await setTimeout(20);
        return ask().finally(() => underWay--);
      };
      const storage: Storage = {
        ...files,
        read: (url, options) => asked(url, () => files.read(url, options)),
        head: (url, options) => asked(url, () => files.head(url, options)),
      };
      const listing = listLogByProbing(storage, `${urlOf("trips")}_delta_log/`, { startAfter: "00000000000000000003" });
      await expect(listing.next()).rejects.toMatchObject({
        code: "STORAGE_FAILED",
        path: expect.stringContaining(name),
      });
      expect(underWay).toBe(0);
    },
  );

  test("is read where the server says 403 for what is not there, if the caller says so", async () => {
    server.otherwise = (request, response) => {
      if (!/00000000000000000(?:01|02)\d\.json|_last_checkpoint/.test(request.url!)) return false;
      response.writeHead(403).end();
      return true;
    };
    const engine = engineWith({ absentStatuses: "404,403" });
    expect((await loadSnapshot(engine, `${server.origin}/readings/`)).version).toBe(9);
  });

  test("to which a version is added while it is explored has no gap", async () => {
    let asked = 0;
    server.otherwise = (request, response) => {
      if (!request.url!.includes("0005.json") || request.method !== "HEAD" || asked++ > 0) return false;
      response.writeHead(404).end();
      return true;
    };
    expect((await loadSnapshot(engineWith(), `${server.origin}/readings/`)).version).toBe(9);
    expect(asked).toBe(2);
  });

  test("is read from a server that knows neither HEAD nor ranges", async () => {
    server.otherwise = (request, response) => {
      delete request.headers.range;
      if (request.method !== "HEAD") return false;
      response.writeHead(405).end();
      return true;
    };
    const [there, here] = await both("trips");
    expect(there).toEqual(here);
  });
});

describe("who asks", () => {
  test("carries the query of the table to every object", async () => {
    const engine = engineWith({ query: "sig=a%2Fb&se=2030" });
    await contentOf(engine, `${server.origin}/readings/`);
    expect(server.log.length).toBeGreaterThan(10);
    expect(server.log.filter((line) => !line.endsWith("?sig=a%2Fb&se=2030"))).toEqual([]);
  });

  test("shows no secret when it is refused", async () => {
    server.otherwise = (_request, response) => {
      response.writeHead(403).end();
      return true;
    };
    const engine = engineWith({ query: "sig=secret", bearerToken: "secret", "headers.X-Key": "secret" });
    const error = await loadSnapshot(engine, `${server.origin}/readings/`).catch((error) => error);
    expect(error).toMatchObject({ code: "ACCESS_DENIED" });
    const { inspect } = await import("node:util");
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain("secret");
    expect(server.requests[0]!.headers).toMatchObject({ authorization: "Bearer secret", "x-key": "secret" });
  });

  test("gets a new token once, however many requests were refused", async () => {
    let tokens = 0;
    let valid = "token 1";
    const client = impatientClient();
    const storage = httpStorage({ client, bearerToken: () => `token ${++tokens}` });
    server.otherwise = (request, response) => {
      if (request.headers.authorization === `Bearer ${valid}`) return false;
      response.writeHead(401).end();
      return true;
    };
    const url = `${server.origin}/readings/_delta_log/00000000000000000000.json`;
    await storage.read(url);
    valid = "token 2";
    await Promise.all(Array.from({ length: 20 }, () => storage.read(url)));
    expect(tokens).toBe(2);
    await client.close();
  });

  test("follows redirects, and gives its secrets to nobody else", async () => {
    const other = await StaticServer.start(folder);
    server.otherwise = (request, response) => {
      response.writeHead(302, { location: `${other.origin}${request.url}` }).end();
      return true;
    };
    const engine = engineWith({ bearerToken: "secret", "headers.X-Key": "secret" });
    expect(await contentOf(engine, `${server.origin}/readings/`)).toMatchObject({ version: 9, rows: 30 });
    expect(server.requests.every(({ headers }) => headers.authorization === "Bearer secret")).toBe(true);
    expect(other.requests.length).toBeGreaterThan(10);
    expect(other.requests.filter(({ headers }) => JSON.stringify(headers).includes("secret"))).toEqual([]);
    await other.stop();
  });

  test("does not follow redirects for ever, nor to nowhere", async () => {
    for (const [headers, words] of [
      [{ location: "/readings/again" }, /redirects on and on/],
      [{}, /without a place to go/],
      [{ location: "ftp://elsewhere/x" }, /ftp:\/\/elsewhere/],
    ] as const) {
      server.otherwise = (_request, response) => {
        response.writeHead(302, headers).end();
        return true;
      };
      const reading = engineWith().storage.read(`${server.origin}/readings/part-00000.parquet`);
      await expect(reading).rejects.toMatchObject({ code: "STORAGE_FAILED", message: expect.stringMatching(words) });
    }
  });
});

test("a table comes over TLS from a server whose certificate is trusted, and from no other", async () => {
  const secure = await StaticServer.start(folder, certificate);
  const root = `${secure.origin.replace("127.0.0.1", "localhost")}/readings/`;
  expect(await contentOf(engineWith({ ca: certificate.cert }), root)).toMatchObject({ version: 9, rows: 30 });
  await expect(loadSnapshot(engineWith(), root)).rejects.toMatchObject({
    code: "STORAGE_FAILED",
    message: expect.stringMatching(/trusts the store's certificate/),
  });
  await secure.stop();
});

test("nothing is written or deleted", async () => {
  const { storage } = engineWith();
  const url = `${server.origin}/readings/new`;
  for (const mode of ["create", "overwrite"] as const) {
    await expect(storage.put(url, new Uint8Array(1), { mode })).rejects.toMatchObject({ code: "STORAGE_FAILED" });
  }
  await expect(storage.delete(url)).rejects.toMatchObject({ code: "STORAGE_FAILED" });
  expect(server.log).toEqual([]);
});

test("no other folder is listed", async () => {
  const list = async () => {
    for await (const _ of engineWith().storage.list(`${server.origin}/readings/`));
  };
  await expect(list()).rejects.toMatchObject({ code: "STORAGE_FAILED", message: expect.stringMatching(/no listing/) });
});

test("an object that is replaced is noticed by its time where there is no strong etag", async () => {
  const { storage } = engineWith();
  const url = `${server.origin}/readings/part-00000.parquet`;
  let answers = 0;
  const ranges = [
    { offset: 0, length: 1 },
    { offset: 8_000_000, length: 1 },
  ];
  server.otherwise = (request, response) => {
    const start = /bytes=(\d+)/.exec(request.headers.range ?? "")![1];
    const modified = new Date(1_700_000_000_000 + 1000 * answers++).toUTCString();
    const range = `bytes ${start}-${start}/9000000`;
    response.writeHead(206, { etag: 'W/"same"', "last-modified": modified, "content-range": range }).end("x");
    return true;
  };
  await expect(storage.readRanges(url, ranges)).rejects.toMatchObject({ code: "FILE_CHANGED" });
});

test("unknown options are refused, with the one that was probably meant", () => {
  const thrown = (options: object): unknown => {
    try {
      return httpStorage(options);
    } catch (error) {
      return error;
    }
  };
  expect(thrown({ bearertoken: "secret" })).toMatchObject({
    code: "INVALID_ARGUMENT",
    message: expect.stringMatching(/'bearertoken'.* bearerToken\?/),
  });
  for (const options of [
    { headers: "x" },
    { query: 1 },
    { absentStatuses: [200] },
    { "headers.A": "secret\r\nB: c" },
  ]) {
    const error = thrown(options) as Error;
    expect(error).toMatchObject({ code: "INVALID_ARGUMENT" });
    expect(error.message).not.toContain("secret");
  }
});
