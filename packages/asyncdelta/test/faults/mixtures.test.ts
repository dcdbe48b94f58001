/**
 * Mixtures of faults by chance over small tables of each kind: the rows must be right or the error must be typed, and
 * never is anything short, wrong, without end or left running. All ten thousand run in `mixtures.interop.test.ts`.
 *
 * `ASYNCDELTA_SEEDS` scales the number of seeds; `ASYNCDELTA_CASE=17` runs one of them alone.
 */
import { afterAll, describe, expect, it } from "vitest";
import { httpStorage } from "../../../engine-node/src/http-store/http-storage.js";
import { scaled } from "../bad-bytes/random.js";
import { smallTables } from "../bad-bytes/small-tables.js";
import { KnownTable, Lake } from "./lake.js";
import { Mixtures } from "./mixtures.js";
import { active, settled } from "./still.js";

const known = await Promise.all((await smallTables()).map((table) => KnownTable.of(table)));
const mixtures = new Mixtures(known);
/** The same tables, as any web server has them. */
const plain = new Mixtures(known, {
  async open({ table }) {
    const { server } = await Lake.start([table]);
    return { server, url: (name) => `${server.origin}/lake/${name}/` };
  },
  store: { make: (_, client) => httpStorage({ client }) },
  absences: true,
  // What it takes for the size of an object may be that of a page of an intermediary.
  codes: ["LOG_CORRUPT", "CHECKPOINT_CORRUPT", "FILE_CORRUPT", "VERSION_NOT_FOUND"],
});
afterAll(() => Promise.all([mixtures.end(), plain.end()]));

describe("a table behind a store with a mixture of faults", () => {
  it("is right or an error, and leaves nothing running", { timeout: 300_000 }, async () => {
    await mixtures.run(0, 8);
    const before = active();
    expect(await mixtures.run(8, scaled(700))).toEqual([]);
    await settled(before);
  });

  it("is right or an error behind a plain web server too", { timeout: 300_000 }, async () => {
    expect(await plain.run(0, scaled(150))).toEqual([]);
  });

  it.skipIf(process.env.ASYNCDELTA_CASE !== undefined || scaled(100) < 100)("ends in each way", () => {
    for (const end of ["rows", "STORAGE_FAILED", "ACCESS_DENIED", "FILE_NOT_FOUND", "FILE_CHANGED"]) {
      expect(mixtures.ends.get(end), end).toBeGreaterThan(0);
    }
    expect(mixtures.faults.size).toBeGreaterThan(35);
  });
});
