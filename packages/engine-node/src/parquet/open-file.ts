import type { OpenParquetOptions, ParquetFile, ReadParquetOptions, Storage } from "@asyncdelta/kernel-core";
import { DeltaError, throwIfAborted } from "@asyncdelta/kernel-core";
import { chunkBounds } from "./chunk-bounds.js";
import type { LentMemory, RowGroupDecoder } from "./decoder.js";
import { keptTail, readTail } from "./file-tail.js";
import { readFooter } from "./footer.js";
import { absentValues } from "./index/absent-values.js";
import { PageIndexes } from "./index/page-indexes.js";
import { readRows } from "./read-rows.js";
import { leafAt } from "./schema/leaf-at.js";
import { parquetFields } from "./schema/parquet-field.js";

/** What an opened file is read with. */
export interface FileReading {
  readonly storage: Storage;
  readonly decoder: RowGroupDecoder;
  readonly decodes: number;
}

/** Reads and checks a file's footer; see `ParquetHandler.open`. */
export async function openFile(
  url: string,
  options: OpenParquetOptions,
  { storage, decoder, decodes }: FileReading,
): Promise<ParquetFile> {
  const { size, signal } = options;
  throwIfAborted(signal);
  if (!Number.isSafeInteger(size) || size < 0) {
    throw new DeltaError("INVALID_ARGUMENT", `size must be the file's bytes, not ${size}.`, { path: url });
  }
  const since = performance.now();
  let unread = await readTail(storage, url, options);
  // Whoever keeps the file keeps no more than its footer, once its rows are being read.
  const tail = keptTail(unread);
  const footer = readFooter(tail, url, size);
  const indexed = { storage, url, size, tail, footer };
  const pages = new PageIndexes(indexed);
  return {
    url,
    size,
    numRows: footer.numRows,
    fields: parquetFields(footer.root),
    rowGroups: footer.rowGroups,
    keyValueMetadata: footer.keyValueMetadata,
    bounds: (rowGroup, column) => {
      const leaf = leafAt(footer.root, column);
      if (leaf === undefined || footer.rowGroups[rowGroup] === undefined) return undefined;
      return chunkBounds(footer, rowGroup, leaf);
    },
    pages: (options) => pages.read(options),
    absentValues: (options) => absentValues(indexed, options),
    selects: true,
    read: (options: ReadParquetOptions = {}) => {
      const { memory } = unread;
      const source = { ...indexed, tail: unread, decoder, decodes, pages, since };
      unread = tail;
      const rows = readRows(source, options);
      return memory === undefined ? rows : givingBack(memory, rows);
    },
  };
}

/** Gives memory back once all rows have been decoded. If that is never, the collector takes it. */
async function* givingBack<T>(memory: LentMemory, rows: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
  yield* rows;
  memory.release();
}
