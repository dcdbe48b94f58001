/**
 * What `neutral.test.ts` runs where there is no Node: a table in memory is opened, refreshed and listed. Its own needs
 * are a platform's at most: nothing here may import a `node:` module.
 */
import { type Engine, liveFiles, loadSnapshot, parseExactJson, refreshSnapshot } from "../../src/index.js";
import { memoryStorage, virtualClock } from "../../src/testing/index.js";

const ROOT = "memory:///lake/t/";

/** Opens the table whose commits these are, one text for each version, and gives its files and facts as JSON. */
export async function openAndList(commits: readonly string[]): Promise<string> {
  const storage = memoryStorage();
  const engine = engineOn(storage);
  const put = (version: number) =>
    storage.set(`${ROOT}_delta_log/${String(version).padStart(20, "0")}.json`, commits[version]!);

  put(0);
  const first = await loadSnapshot(engine, ROOT);
  for (let version = 1; version < commits.length; version++) put(version);
  const snapshot = await refreshSnapshot(engine, first);

  const paths: string[] = [];
  for await (const batch of liveFiles(engine, snapshot, { stats: true }))
    for (const { path } of batch) paths.push(path);
  const columns = snapshot.schema.fields.map(({ name }) => name);
  return JSON.stringify({ first: first.version, version: snapshot.version, columns, paths: paths.sort() });
}

function engineOn(storage: Engine["storage"]): Engine {
  return {
    storage,
    json: {
      parseLines: async (bytes) => {
        const lines = new TextDecoder().decode(bytes).split("\n").filter(Boolean);
        return lines.map((line) => parseExactJson(line) as { readonly [key: string]: never });
      },
      readBatches: () => missing("readBatches"),
    },
    parquet: { open: () => missing("Parquet") },
    clock: virtualClock(),
    random: () => 0.5,
    limits: { requests: 4, decodes: 1 },
    close: async () => {},
  };
}

function missing(what: string): never {
  throw new Error(`This table needs no ${what}.`);
}
