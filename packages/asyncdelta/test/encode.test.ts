import { execFile } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import * as arrow from "apache-arrow";
import { type ByteFormat, DeltaTable } from "asyncdelta";
import { describe, expect, test } from "vitest";
import { readingsWithFeed } from "./tables.js";

const root = join(import.meta.dirname, "../../..");
const TRIPS = join(root, "examples/tables/trips");
const run = promisify(execFile);

async function bytesOf(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

describe("the bytes of a scan", () => {
  test.each(["arrow", "jsonl", "csv"] as const)("are what the command prints as %s", async (format) => {
    await using table = await DeltaTable.open(TRIPS);
    const scan = table.scan({ where: "fare > 20" });
    const bytes = await bytesOf(scan.encode(format));
    const cli = join(root, "packages/asyncdelta/dist/cli.js");
    const args = [cli, "read", TRIPS, "--where", "fare > 20", "--format", format];
    const { stdout } = await run(process.execPath, args, { encoding: "buffer" });
    expect(bytes.length).toBeGreaterThan(100);
    expect(bytes.equals(stdout)).toBe(true);
  });

  test("are a header where there are no rows", async () => {
    await using table = await DeltaTable.open(TRIPS);
    const none = table.scan({ columns: ["id", "fare"], limit: 0 });
    expect(String(await bytesOf(none.encode("csv")))).toBe("id,fare\r\n");
    expect(String(await bytesOf(none.encode("jsonl")))).toBe("");
    expect(arrow.tableFromIPC(await bytesOf(none.encode("arrow"))).schema.names).toEqual(["id", "fare"]);
  });

  test("are refused in a format that there is not", async () => {
    await using table = await DeltaTable.open(TRIPS);
    for (const format of ["json", undefined, 5]) {
      expect(() => table.scan().encode(format as unknown as ByteFormat)).toThrow(
        expect.objectContaining({ code: "INVALID_ARGUMENT" }),
      );
    }
  });

  test("end in the error of the rows", async () => {
    await using table = await DeltaTable.open(TRIPS);
    const controller = new AbortController();
    const bytes = table.scan({ signal: controller.signal, batchRows: 1 }).encode("jsonl");
    expect((await bytes.next()).value.length).toBeGreaterThan(0);
    controller.abort();
    await expect(bytesOf(bytes)).rejects.toMatchObject({ code: "ABORTED" });
  });

  test("stop all reading when they are left early, also while a piece is waited for", async () => {
    await using table = await DeltaTable.open(TRIPS);
    for (const before of [0, 1, 2]) {
      const bytes = table.scan({ batchRows: 1 }).encode("csv");
      for (let i = 0; i < before; i++) await bytes.next();
      const waiting = bytes.next();
      await bytes.return!();
      await waiting;
      expect(await bytes.next()).toEqual({ done: true, value: undefined });
      await new Promise((resolve) => setImmediate(resolve));
      expect(process.getActiveResourcesInfo().filter((name) => name.startsWith("FSReq"))).toEqual([]);
    }
  });

  test("of changes are bytes too", async () => {
    await using table = await DeltaTable.open(await readingsWithFeed());
    const changes = table.changes({ from: 0 });
    const lines = String(await bytesOf(changes.encode("jsonl")))
      .trimEnd()
      .split("\n");
    let rows = 0;
    for await (const batch of changes) rows += batch.numRows;
    expect(lines).toHaveLength(rows);
    expect(JSON.parse(lines[0]!)).toHaveProperty("_change_type");
  });

  test("go out as a response, which breaks off where the rows end in an error", async () => {
    await using table = await DeltaTable.open(TRIPS);
    const server = createServer(async (request, response) => {
      const broken = new AbortController();
      const scan = table.scan({ batchRows: 5, signal: broken.signal });
      async function* pieces() {
        for await (const piece of scan.encode("csv")) {
          yield piece;
          if (request.url === "/broken") broken.abort();
        }
      }
      await pipeline(pieces(), response).catch(() => {});
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const text = await (await fetch(`${base}/`)).text();
      expect(text.trimEnd().split("\r\n")).toHaveLength((await table.scan().count()) + 1);
      await expect(fetch(`${base}/broken`).then((response) => response.text())).rejects.toThrow();
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });
});
