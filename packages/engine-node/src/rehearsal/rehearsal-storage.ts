import { type ByteRange, DeltaError, type ObjectMeta, type Storage } from "@asyncdelta/kernel-core";
import { CHECKPOINT, CHECKPOINT_NAME, LOG_FILES } from "./rehearsal-table.js";

/** Where the table is that lies in this program. */
export const REHEARSAL_URL = "memory:///rehearsal/";

const LOG_URL = `${REHEARSAL_URL}_delta_log/`;

/**
 * A storage that has that table alone, and gives the event loop a turn before each answer: the answers of others come first. Once `isOver`
 * says so, it answers no more, and whoever waits for it is forgotten.
 */
export function rehearsalStorage(isOver: () => boolean): Storage {
  const objects = new Map<string, Uint8Array>(
    Object.entries(LOG_FILES).map(([name, text]) => [LOG_URL + name, Buffer.from(text)]),
  );
  objects.set(LOG_URL + CHECKPOINT_NAME, Buffer.from(CHECKPOINT, "base64"));
  const turn = (): Promise<void> =>
    new Promise((resolve) => {
      setImmediate(() => {
        if (!isOver()) resolve();
      });
    });
  const find = async (url: string): Promise<Uint8Array> => {
    await turn();
    const bytes = objects.get(url);
    if (bytes === undefined) throw new DeltaError("FILE_NOT_FOUND", `There is no object ${url}.`, { path: url });
    return bytes;
  };
  const cut = (bytes: Uint8Array, range: ByteRange | undefined) =>
    range === undefined ? bytes : bytes.subarray(range.offset, range.offset + range.length);
  const refuse = (): never => {
    throw new DeltaError("STORAGE_FAILED", "Nothing can be written here.");
  };
  return {
    roundTrip: "costly",
    async *list(directory, { startAfter = "" } = {}) {
      await turn();
      const metas: ObjectMeta[] = [];
      for (const [url, { length: size }] of objects) {
        if (url.startsWith(directory) && url.slice(directory.length) > startAfter)
          metas.push({ url, size, lastModified: 0 });
      }
      yield metas.sort((a, b) => (a.url < b.url ? -1 : 1));
    },
    read: async (url, { range } = {}) => cut(await find(url), range),
    readRanges: async (url, ranges) => {
      const bytes = await find(url);
      return ranges.map((range) => cut(bytes, range));
    },
    async *stream(url, { range } = {}) {
      yield cut(await find(url), range);
    },
    async head(url) {
      const { length: size } = await find(url);
      return { url, size, lastModified: 0 };
    },
    put: async () => refuse(),
    delete: async () => refuse(),
  };
}
