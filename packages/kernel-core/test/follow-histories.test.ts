import { loadSnapshot } from "@asyncdelta/kernel-core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isDeltaError } from "../src/errors.js";
import { follow } from "../src/follow/follow.js";
import type { FollowedCommit } from "../src/follow/followed-commit.js";
import type { Following } from "../src/follow/following.js";
import { rowsOf } from "./support/arrow-files.js";
import { feedMetadata, feedProtocol, vectorOf } from "./support/change-table.js";
import { FollowTable } from "./support/follow-table.js";
import { type Action, metadata, protocol, ROOT } from "./support/log-table.js";

/** What a writer does, and when: `lag` is how long listings do not show the commit. */
interface Write {
  readonly pause: number;
  readonly lag: number;
  readonly metadata: boolean;
}

/** What a reader does with an item: it takes its time, and it may stop then, or while it waits for the next one. */
interface Visit {
  readonly busy: number;
  readonly stop: "no" | "no " | "no  " | "leave" | "abort" | "abort asleep";
}

const times = (most: number): fc.Arbitrary<number> => fc.oneof(fc.constant(0), fc.nat(50), fc.nat(most));
const writes = fc.array(
  fc.record({ pause: times(70_000), lag: times(8000), metadata: fc.boolean() }) as fc.Arbitrary<Write>,
  { minLength: 1, maxLength: 12 },
);
const visits = fc.array(
  fc.record({
    busy: times(20_000),
    stop: fc.constantFrom("no", "no ", "no  ", "leave", "abort", "abort asleep"),
  }) as fc.Arbitrary<Visit>,
  { maxLength: 12 },
);

/** Commits what the writes say, each an operation named after its version, behind version 0. */
async function write(table: FollowTable, history: readonly Write[]): Promise<void> {
  for (const [at, { pause, lag, metadata: renewed }] of history.entries()) {
    await table.clock.sleep(pause);
    const version = at + 1;
    if (lag > 0) {
      table.hidden.add(version);
      void table.after(lag, () => table.hidden.delete(version));
    }
    const renewal = renewed ? [metadata({}, `m${version}`)] : [];
    table.commit(version, [{ commitInfo: { operation: `op${version}` } }, ...renewal]);
  }
}

describe("random histories of commits and readers", () => {
  test("give every version once, in order, through lagging listings and resumed followings", {
    timeout: 300_000,
  }, async () => {
    let stops = 0;
    await fc.assert(
      fc.asyncProperty(writes, visits, fc.nat(14), async (history, reader, from) => {
        const table = new FollowTable();
        table.commit(0, [protocol(), metadata(), { commitInfo: { operation: "op0" } }]);
        const writing = write(table, history);
        const last = Math.max(from, history.length);
        // A version that nobody writes does not come.
        for (let version = history.length + 1; version <= last; version++) {
          void writing.then(() => table.commit(version, [{ commitInfo: { operation: `op${version}` } }]));
        }
        const dealtWith: [version: number, operation: unknown][] = [];
        const script = [...reader];
        let resumeFrom: number | undefined = from;
        while (dealtWith.at(-1)?.[0] !== last) {
          const controller = new AbortController();
          const { signal } = controller;
          table.listings.length = 0;
          const commits: Following<FollowedCommit> = follow(table.lagging, ROOT, { from: resumeFrom, signal });
          try {
            for await (const { version, commitInfo } of commits) {
              const { busy = 0, stop = "no" } = script.shift() ?? {};
              await table.clock.sleep(busy);
              if (stop === "leave") break;
              dealtWith.push([version, commitInfo?.operation]);
              if (version === last) break;
              if (stop === "abort") controller.abort();
              if (stop === "abort asleep") void table.after(busy % 5000, () => controller.abort());
            }
          } catch (error) {
            if (!isDeltaError(error, "ABORTED")) throw error;
            stops++;
          }
          resumeFrom = commits.resumeFrom;
          expect([table.storage.inFlight, commits.resumeFrom]).toEqual([0, expect.any(Number)]);
        }
        await writing;
        expect(dealtWith).toEqual(Array.from({ length: last - from + 1 }, (_, i) => [from + i, `op${from + i}`]));
      }),
      { seed: 20_260_301, numRuns: 300 },
    );
    expect(stops).toBeGreaterThan(100);
  });

  test("list the log no sooner than the pace says, and no later", { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(writes, visits, async (history, reader) => {
        const table = new FollowTable();
        table.commit(0, [protocol(), metadata(), { commitInfo: {} }]);
        const writing = write(
          table,
          history.map((step) => ({ ...step, lag: 0 })),
        );
        const script = [...reader];
        const asked: number[] = [];
        const snapshot = await loadSnapshot(table.engine, ROOT, { version: 0 });
        const commits = follow(table.lagging, ROOT, { from: 0, snapshot });
        let seen = 0;
        for (;;) {
          asked.push(table.clock.now());
          const { value } = await commits.next();
          if (value?.version === history.length) break;
          await table.clock.sleep(script.shift()?.busy ?? 0);
          seen++;
        }
        await commits.return();
        await writing;
        expect(seen).toBe(history.length);
        // Those of the snapshot come first.
        const [first, ...rest] = table.listings.slice(table.listings.findIndex((time) => time > 0));
        let before = first!;
        for (const time of rest) {
          expect(time - before).toBeGreaterThanOrEqual(1000);
          // Never longer than the longest pause, unless nobody asked.
          if (!asked.some((moment) => moment > before && moment <= time))
            expect(time - before).toBeLessThanOrEqual(30_000);
          before = time;
        }
      }),
      { seed: 20_260_302, numRuns: 150 },
    );
  });

  test("give changes that lead from the rows of each version to those of the next", { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({ pause: times(40_000), pick: fc.nat(), kind: fc.constantFrom("add", "remove", "delete") }),
          {
            minLength: 1,
            maxLength: 8,
          },
        ),
        visits,
        async (history, reader) => {
          const table = new FollowTable();
          table.commit(0, [feedProtocol, feedMetadata()]);
          const states = [new Set<bigint>()];
          const writing = writeRows(table, history, states);
          let rows = new Set<bigint>();
          let version = 0;
          let resumeFrom = 1;
          const script = [...reader];
          const last = history.length + 1;
          while (version < last) {
            const controller = new AbortController();
            const changes = follow(table.lagging, ROOT, { from: resumeFrom, changes: true, signal: controller.signal });
            try {
              // A batch for each version: the files are small, and each version changes one.
              for await (const batch of changes) {
                const { busy = 0, stop = "no" } = script.shift() ?? {};
                await table.clock.sleep(busy);
                if (stop === "leave") break;
                for (const { id, _change_type, _commit_version } of rowsOf(batch)) {
                  expect(rows.has(id as bigint)).toBe(_change_type === "delete");
                  if (_change_type === "delete") rows.delete(id as bigint);
                  else rows.add(id as bigint);
                  version = Number(_commit_version);
                }
                expect(rows).toEqual(states[version]);
                if (version === last) break;
                if (stop === "abort") controller.abort();
                if (stop === "abort asleep") void table.after(busy % 5000, () => controller.abort());
              }
            } catch (error) {
              if (!isDeltaError(error, "ABORTED")) throw error;
            }
            // Of the version that it was stopped in, all comes again.
            resumeFrom = changes.resumeFrom!;
            if (version < last) {
              expect(resumeFrom - version === 0 || resumeFrom - version === 1).toBe(true);
              version = resumeFrom - 1;
              rows = new Set(states[version]);
            }
          }
          await writing;
        },
      ),
      { seed: 20_260_303, numRuns: 60 },
    );
  });
});

/** Adds files, removes them and deletes rows of them, one change a version; a last version ends it. */
async function writeRows(
  table: FollowTable,
  history: readonly { readonly pause: number; readonly pick: number; readonly kind: "add" | "remove" | "delete" }[],
  states: Set<bigint>[],
): Promise<void> {
  const files: { path: string; first: number; deleted: number[] }[] = [];
  const commit = (actions: readonly Action[]) => {
    const ids = files.flatMap(({ first, deleted }) =>
      [0, 1, 2].filter((i) => !deleted.includes(i)).map((i) => first + i),
    );
    states.push(new Set(ids.map(BigInt)));
    table.commit(states.length - 1, actions);
  };
  const addFile = () => {
    const path = `p${states.length}`;
    const first = states.length * 10;
    table.ids(path, first, 3);
    files.push({ path, first, deleted: [] });
    commit([table.added(path)]);
  };
  for (const { pause, pick, kind } of history) {
    await table.clock.sleep(pause);
    const file = files[pick % Math.max(files.length, 1)];
    if (kind === "add" || file === undefined) {
      addFile();
      continue;
    }
    const before = file.deleted.length === 0 ? {} : vectorOf(file.deleted);
    if (kind === "remove" || file.deleted.length === 2) {
      files.splice(files.indexOf(file), 1);
      commit([table.removed(file.path, before)]);
    } else {
      file.deleted = [...file.deleted, [0, 1, 2].find((i) => !file.deleted.includes(i))!];
      commit([table.removed(file.path, before), table.added(file.path, vectorOf(file.deleted))]);
    }
  }
  addFile();
}
