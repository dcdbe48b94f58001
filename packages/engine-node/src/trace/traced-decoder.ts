import type { RowGroupDecoder } from "../parquet/decoder.js";
import { traceItems } from "./trace-work.js";

/** A decoder that works on the main thread, seen on the channel `asyncdelta:decode`. */
export function tracedDecoder(decoder: RowGroupDecoder): RowGroupDecoder {
  return {
    decode: (job, options) =>
      traceItems(
        "decode",
        { kind: "decode", name: "parquet", url: job.url, thread: 0, bytes: lengthOf(job.pieces) },
        () => decoder.decode(job, options),
      ),
  };
}

function lengthOf(pieces: readonly { readonly bytes: Uint8Array }[]): number {
  return pieces.reduce((sum, { bytes }) => sum + bytes.length, 0);
}
