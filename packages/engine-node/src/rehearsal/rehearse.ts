import { type Engine, liveFiles, loadSnapshot, type Storage } from "@asyncdelta/kernel-core";
import { REHEARSAL_URL, rehearsalStorage } from "./rehearsal-storage.js";

/**
 * Reads the log of a small table that lies in this program, by all that will read that of a real one, until `isOver`. Gives the number of its
 * files. What has run once runs faster: docs/decisions/025-cold-code.md.
 */
export async function rehearse(makeEngine: (storage: Storage) => Engine, isOver: () => boolean): Promise<number> {
  const engine = makeEngine(rehearsalStorage(isOver));
  const snapshot = await loadSnapshot(engine, REHEARSAL_URL);
  let files = 0;
  for await (const batch of liveFiles(engine, snapshot)) files += batch.length;
  await engine.close();
  return files;
}
