import { type Engine, liveFiles, loadSnapshot } from "@asyncdelta/kernel-core";

/** The number of a table's files. */
export async function readLog(engine: Engine, root: string): Promise<number> {
  const snapshot = await loadSnapshot(engine, root);
  let files = 0;
  for await (const batch of liveFiles(engine, snapshot)) files += batch.length;
  return files;
}
