import type { OpenParquetOptions, ParquetFile, ReadParquetOptions, Storage } from "@asyncdelta/kernel-core";
import { DeltaError, throwIfAborted } from "@asyncdelta/kernel-core";
import type { RowGroupDecoder } from "./decoder.js";
import { readTail } from "./file-tail.js";
import { readFooter } from "./footer.js";
import { readRows } from "./read-rows.js";
import { parquetField } from "./schema/parquet-field.js";

/** What an opened file is read with. */
export interface FileReading {
  readonly storage: Storage;
  readonly decoder: RowGroupDecoder;
  readonly decodes: number;
}

/** Reads and checks a file's footer; see `ParquetHandler.open`. */
export async function openFile(
  url: string,
  { size, signal }: OpenParquetOptions,
  { storage, decoder, decodes }: FileReading,
): Promise<ParquetFile> {
  throwIfAborted(signal);
  if (!Number.isSafeInteger(size) || size < 0) {
    throw new DeltaError("INVALID_ARGUMENT", `size must be the file's bytes, not ${size}.`, { path: url });
  }
  const tail = await readTail(storage, url, size, signal);
  const footer = readFooter(tail, url, size);
  return {
    url,
    size,
    numRows: footer.numRows,
    fields: footer.root.children.map((child) => parquetField(child)),
    rowGroups: footer.rowGroups,
    keyValueMetadata: footer.keyValueMetadata,
    read: (options: ReadParquetOptions = {}) =>
      readRows({ storage, decoder, decodes, url, size, tail, footer }, options),
  };
}
