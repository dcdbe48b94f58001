import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { python, scriptArguments } from "../../packages/engine-node/test/interop/python.js";
import { bench } from "./support/bench.js";

/** The Python generator lies beside the corpus, if anywhere. */
const corpus = process.env.ASYNCDELTA_CORPUS;
const generator = corpus === undefined ? undefined : join(dirname(corpus), "anchors/gen_tables.py");
const compare = new URL("tables/compare_tables.py", import.meta.url);

/** One of each kind; the others differ in their size. */
const SHAPES = [
  "adds-10k-1commit",
  "chk-10k",
  "chk-100k-parsed",
  "v2-100k-json-sidecars",
  "20k-100commits-crc50",
  "6k-commits-chk10-crc",
];

describe.skipIf(generator === undefined || !existsSync(generator))("generated tables", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "asyncdelta-tables-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("are those of the Python generator", async () => {
    const [ours, theirs] = [join(folder, "ours"), join(folder, "theirs")];
    const run = promisify(execFile);
    await run(python, scriptArguments(generator!, "--out", theirs, ...SHAPES));
    const { status, stderr } = await bench("tables", "--out", ours, ...SHAPES);
    expect(status, stderr).toBe(0);
    const { stdout } = await run(python, scriptArguments(compare, ours, theirs, ...SHAPES));
    expect(stdout.trimEnd().split("\n")).toHaveLength(SHAPES.length);
    const [mine, other] = await Promise.all([manifest(ours), manifest(theirs)]);
    expect(mine).toEqual(other);
  }, 1_200_000);
});

/** A manifest without the bytes of the log: another writer of Parquet takes a little more or less. */
async function manifest(out: string): Promise<object> {
  const entries: Record<string, object> = JSON.parse(await readFile(join(out, "manifest.json"), "utf8"));
  return Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, { ...entry, log_bytes: undefined }]));
}
