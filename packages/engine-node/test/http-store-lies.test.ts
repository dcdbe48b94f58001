/**
 * Servers that say wrong things of lengths and ranges, or nothing. What is read from them is right, or ends in a typed
 * error; never is it a table with less in it.
 */
import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { nodeEngine } from "@asyncdelta/engine-node";
import { type Engine, isDeltaError, liveFiles, loadSnapshot, planScan, readTasks } from "@asyncdelta/kernel-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { StaticServer } from "./static-server.js";

const tables = fileURLToPath(new URL("../../../examples/tables", import.meta.url));

/** The length that HEAD tells of an object, or that it tells none. */
type Head = (bytes: Buffer) => number | "none" | "no HEAD";
/** How a GET is answered. */
type Get = (bytes: Buffer, range: readonly [start: number, end: number] | undefined, response: ServerResponse) => void;

const withoutLastLine = (bytes: Buffer) => bytes.lastIndexOf(0x0a, bytes.length - 2) + 1;

const HEADS: Record<string, Head> = {
  "the right length": ({ length }) => length,
  "no length": () => "none",
  "that it is not known": () => "no HEAD",
  "less, to the end of a line": withoutLastLine,
  "less, into a line": ({ length }) => length - 3,
  more: ({ length }) => length + 5,
  nothing: () => 0,
};

const partOf: Get = (bytes, range, response) => {
  if (range === undefined) return whole(bytes, range, response);
  const [start, end] = range;
  if (start >= bytes.length) response.writeHead(416, { "content-range": `bytes */${bytes.length}` }).end();
  else answerPart(response, bytes.subarray(start, end), `bytes ${start}-${end - 1}/${bytes.length}`);
};
const whole: Get = (bytes, _range, response) =>
  response.writeHead(200, { "content-length": bytes.length, etag: '"a"' }).end(bytes);

function answerPart(response: ServerResponse, part: Buffer, range: string): void {
  response.writeHead(206, { "content-length": part.length, "content-range": range, etag: '"a"' }).end(part);
}

const GETS: Record<string, Get> = {
  "ranges as they are": partOf,
  "a whole object for each range": whole,
  "a whole object of unknown length for each range": (bytes, _range, response) => {
    response.writeHead(200, { etag: '"a"' });
    response.write(bytes.subarray(0, 10));
    response.end(bytes.subarray(10));
  },
  "ranges of an object of unknown length": (bytes, range, response) => {
    if (range === undefined) return whole(bytes, range, response);
    const [start, end] = range;
    answerPart(response, bytes.subarray(start, end), `bytes ${start}-${end - 1}/*`);
  },
  "the range before": (bytes, range, response) => {
    if (range === undefined || range[0] === 0) return partOf(bytes, range, response);
    const [start, end] = range;
    answerPart(response, bytes.subarray(start - 1, end - 1), `bytes ${start - 1}-${end - 2}/${bytes.length}`);
  },
  "less than the range": (bytes, range, response) => {
    if (range === undefined || range[1] - range[0] < 2) return partOf(bytes, range, response);
    const [start, end] = range;
    answerPart(response, bytes.subarray(start, end - 1), `bytes ${start}-${end - 2}/${bytes.length}`);
  },
  "a body that ends early": (bytes, range, response) => {
    const [start, end] = range ?? [0, bytes.length];
    const status = range === undefined ? 200 : 206;
    response.writeHead(status, {
      "content-length": end - start,
      "content-range": `bytes ${start}-${end - 1}/${bytes.length}`,
      etag: '"a"',
    });
    response.write(bytes.subarray(start, Math.max(start, end - 2)), () => response.destroy());
  },
  "compressed, though nobody asked for it": (bytes, _range, response) => {
    const compressed = gzipSync(bytes);
    response.writeHead(200, { "content-encoding": "gzip", "content-length": compressed.length }).end(compressed);
  },
};

/** With these, a table can be read. */
const GOOD_HEADS = new Set(["the right length", "no length", "that it is not known"]);
const GOOD_GETS = new Set(["ranges as they are", "a whole object for each range"]);

let server: StaticServer;
beforeAll(async () => {
  server = await StaticServer.start(tables);
});
afterAll(() => server.stop());

async function contentOf(engine: Engine, root: string): Promise<unknown> {
  const snapshot = await loadSnapshot(engine, root, {});
  const paths: string[] = [];
  for await (const files of liveFiles(engine, snapshot)) for (const { path } of files) paths.push(path);
  let rows = 0;
  for await (const batch of readTasks(engine, planScan(engine, snapshot, {}))) rows += batch.numRows;
  return { version: snapshot.version, schema: snapshot.schema.fields.length, paths: paths.sort(), rows };
}

async function answer(head: Head, get: Get, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const bytes = await readFile(`${tables}${decodeURIComponent(request.url!)}`).catch(() => undefined);
  if (bytes === undefined) {
    response.writeHead(404).end();
    return;
  }
  if (request.method === "HEAD") {
    const length = head(bytes);
    if (length === "no HEAD") response.writeHead(405).end();
    else response.writeHead(200, { ...(length === "none" ? {} : { "content-length": length }), etag: '"a"' }).end();
    return;
  }
  const [, start, end] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
  const last = end === undefined || end === "" ? bytes.length : Math.min(Number(end) + 1, bytes.length);
  get(bytes, start === undefined ? undefined : [Number(start), last], response);
}

describe.each(Object.entries(HEADS))("a server whose HEAD tells %s", (headName, head) => {
  test.each(Object.entries(GETS))("and whose GET gives %s", async (getName, get) => {
    server.otherwise = (request, response) => {
      void answer(head, get, request, response);
      return true;
    };
    for (const table of ["trips", "readings"]) {
      const remote = nodeEngine({ storageOptions: { retries: 1, backoffMs: 1 } });
      const local = nodeEngine();
      const read = contentOf(remote, `${server.origin}/${table}/`);
      if (GOOD_HEADS.has(headName) && GOOD_GETS.has(getName)) await read;
      const outcome = await read.catch((error: unknown) => error);
      const expected = await contentOf(local, new URL(`../../../examples/tables/${table}/`, import.meta.url).href);
      if (!isDeltaError(outcome)) expect(outcome, table).toEqual(expected);
      await Promise.all([remote.close(), local.close()]);
    }
  });
});
