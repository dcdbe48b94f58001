import type { OpenParquetOptions, ParquetFile, ParquetHandler, Storage } from "@asyncdelta/kernel-core";
import { DeltaError } from "@asyncdelta/kernel-core";
import type { RowGroupDecoder } from "./decoder.js";

export interface ParquetHandlerOptions {
  /** Where the files are. */
  readonly storage: Storage;
  /** What turns column chunks into Arrow. */
  readonly decoder: RowGroupDecoder;
  /**
   * Row groups of one file decoded at once. 1, the default, is right for a decoder on this thread; one that uses
   * workers can take as many as there are workers. One more is fetched ahead.
   */
  readonly decodes?: number | undefined;
}

export function loadOpenFile(): Promise<typeof import("./open-file.js")> {
  return import("./open-file.js");
}

/**
 * The Parquet handler of an engine: plans and fetches byte ranges itself, and leaves decoding to a
 * {@link RowGroupDecoder}. What it is made of, apache-arrow included, is only loaded when the first file is opened.
 */
export function parquetHandler({ storage, decoder, decodes = 1 }: ParquetHandlerOptions): ParquetHandler {
  if (!Number.isSafeInteger(decodes) || decodes < 1) {
    throw new DeltaError("INVALID_ARGUMENT", `decodes must be a positive integer, not ${decodes}.`);
  }
  return {
    async open(url: string, options: OpenParquetOptions): Promise<ParquetFile> {
      const { openFile } = await loadOpenFile();
      return openFile(url, options, { storage, decoder, decodes });
    },
  };
}
