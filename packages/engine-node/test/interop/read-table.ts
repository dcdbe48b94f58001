import { nodeEngine } from "@asyncdelta/engine-node";
import { loadSnapshot, planScan, readTasks, type Storage } from "@asyncdelta/kernel-core";

/** What is read of a table that `store_tables.py` or the tests have written, in the words of its `read`. */
export interface ReadTable {
  readonly version: number;
  readonly files: number;
  /** Id, text, number and partition, by id; `null` where there are too many to compare one by one. */
  readonly rows: readonly (readonly [id: number, text: string | null, number: number, p: string | null])[] | null;
  readonly count: number;
  /** Of the ids. */
  readonly sum: number;
}

const MOST_ROWS = 10_000;

/** Opens, lists and reads a table with this library. */
export async function readTable(storage: Storage, root: string): Promise<ReadTable> {
  const engine = nodeEngine({ storage });
  try {
    const snapshot = await loadSnapshot(engine, root);
    const tasks = [];
    for await (const some of planScan(engine, snapshot)) tasks.push(...some);
    let count = 0;
    let sum = 0;
    const rows: [number, string | null, number, string | null][] = [];
    for await (const batch of readTasks(engine, [tasks])) {
      const [id, text, number, p] = ["id", "text", "number", "p"].map((name) => batch.getChild(name)!);
      for (let i = 0; i < batch.numRows; i++) {
        sum += Number(id!.get(i));
        if (count++ < MOST_ROWS) rows.push([Number(id!.get(i)), text!.get(i), number!.get(i), p!.get(i)]);
      }
    }
    rows.sort(([a], [b]) => a - b);
    return { version: snapshot.version, files: tasks.length, rows: count <= MOST_ROWS ? rows : null, count, sum };
  } finally {
    await engine.close();
  }
}
