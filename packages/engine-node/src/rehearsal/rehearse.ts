import type { Engine, Storage } from "@asyncdelta/kernel-core";
import { REHEARSAL_URL, rehearsalStorage } from "./rehearsal-storage.js";

/**
 * Lets `read` read the log of a small table that lies in this program, by all that will read that of a real one, until `isOver`. What has run
 * once runs faster: docs/decisions/025-cold-code.md.
 */
export async function rehearse<T>(
  makeEngine: (storage: Storage) => Engine,
  read: (engine: Engine, root: string) => Promise<T>,
  isOver: () => boolean,
): Promise<T> {
  const engine = makeEngine(rehearsalStorage(isOver));
  const found = await read(engine, REHEARSAL_URL);
  await engine.close();
  return found;
}
