import { DeltaError } from "@asyncdelta/kernel-core";

const BYTE_FORMATS = ["arrow", "jsonl", "csv"] as const;

/**
 * What rows can be written as: `"arrow"` is the IPC streaming format, `"jsonl"` a JSON object a line, in which longs and decimals are
 * numbers with all their digits, `"csv"` as in RFC 4180 with a header line.
 */
export type ByteFormat = (typeof BYTE_FORMATS)[number];

/** @throws DeltaError `INVALID_ARGUMENT` */
export function checkByteFormat(format: unknown): asserts format is ByteFormat {
  if ((BYTE_FORMATS as readonly unknown[]).includes(format)) return;
  throw new DeltaError(
    "INVALID_ARGUMENT",
    `encode takes "arrow", "jsonl" or "csv", and not ${JSON.stringify(format)}.`,
  );
}
