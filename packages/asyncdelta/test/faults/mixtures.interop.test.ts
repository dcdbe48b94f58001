/**
 * Ten thousand mixtures of faults, as some of `mixtures.test.ts`; and some hundreds before real servers of S3, Azure
 * and Google, which sign, list and answer in their own ways.
 */
import { afterAll, describe, expect, it } from "vitest";
import { FaultServer } from "../../../engine-node/test/faults/fault-server.js";
import { httpUpstream } from "../../../engine-node/test/faults/http-upstream.js";
import { scaled } from "../bad-bytes/random.js";
import { smallTables } from "../bad-bytes/small-tables.js";
import { type Behind, KnownTable } from "./lake.js";
import { Mixtures } from "./mixtures.js";
import { realStores } from "./real-stores.js";

const known = await Promise.all((await smallTables()).map((table) => KnownTable.of(table)));

describe("a table behind a store with a mixture of faults", () => {
  const mixtures = new Mixtures(known);
  afterAll(() => mixtures.end());

  it("is right or an error, ten thousand times", { timeout: 1_800_000 }, async () => {
    expect(await mixtures.run(0, scaled(10_000))).toEqual([]);
  });
});

describe.each(realStores)("a table in $name behind a mixture of faults", ({ name, root, install, start }) => {
  it("is right or an error", { timeout: 900_000 }, async (context) => {
    const installed = await install();
    if ("missing" in installed) return context.skip(`${name}: ${installed.missing}`);
    const running = await start(installed.path);
    const upstream = httpUpstream(running.url, running);
    try {
      for (const { table } of known) {
        const storage = running.make(running.url);
        for (const file of table.storage.urls()) {
          const url = `${root.replace(" ", "%20")}${table.name}/${file.slice(table.url.length)}`;
          await storage.put(url, await table.storage.read(file), { mode: "overwrite" });
        }
      }
      const open = async (): Promise<Behind> => {
        const server = await FaultServer.start(upstream);
        return { server, url: (table) => `${root}${table}/` };
      };
      const mixtures = new Mixtures(known, { open, store: { make: running.make } });
      expect(await mixtures.run(0, scaled(400))).toEqual([]);
      if (process.env.ASYNCDELTA_CASE === undefined) expect(mixtures.ends.get("rows")).toBeGreaterThan(0);
      await mixtures.end();
    } finally {
      upstream.close();
      await running.stop();
    }
  });
});
