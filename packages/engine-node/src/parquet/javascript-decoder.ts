import { openSelection } from "@asyncdelta/kernel-core";
import type { DecodedRows, DecodeJob, RowGroupDecoder } from "./decoder.js";

export function loadDecodeRowGroup(): Promise<typeof import("./javascript/decode-row-group.js")> {
  return import("./javascript/decode-row-group.js");
}

export function loadDecodeSelected(): Promise<typeof import("./javascript/decode-selected.js")> {
  return import("./javascript/decode-selected.js");
}

/**
 * The decoder in plain JavaScript: no WebAssembly, no worker. It works page by page on the calling thread and gives the
 * event loop a turn every few milliseconds. Its parts are loaded when the first row group is decoded.
 */
export function javascriptDecoder(): RowGroupDecoder {
  return {
    async *decode(
      job: DecodeJob,
      { signal }: { readonly signal?: AbortSignal | undefined },
    ): AsyncGenerator<DecodedRows> {
      if (job.selection === undefined) {
        const { decodeRowGroup } = await loadDecodeRowGroup();
        yield* decodeRowGroup(job, signal);
      } else {
        const { decodeSelected } = await loadDecodeSelected();
        yield* decodeSelected(job, await openSelection(job.selection), signal);
      }
      job.memory?.release();
    },
  };
}
