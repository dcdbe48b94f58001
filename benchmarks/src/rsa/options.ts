import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { wholeNumber, wholeNumbers } from "../program/errors.js";
import { MOST_THREADS, type RsaOptions } from "./compare-keys.js";

export const USAGE: string =
  "rsa [--bits 2048] [--width 1,2,…] [--keys 64] [--repeat 3] [--json]\n" +
  "Makes RSA keys on the event loop, on libuv's pool and on worker threads, under parallelMap of each width.";

/** Reads the command line; throws a `UsageError` that says what is wrong with it. */
export function parseOptions(args: readonly string[]): RsaOptions & { readonly json: boolean } {
  const { values } = parseArgs({
    args: [...args],
    options: {
      bits: { type: "string", default: "2048" },
      width: { type: "string", default: defaultWidths().join(",") },
      keys: { type: "string", default: "64" },
      repeat: { type: "string", default: "3" },
      json: { type: "boolean", default: false },
    },
  });
  return {
    bits: wholeNumber("bits", values.bits, 512, 16_384),
    // The same width twice would be one setting with the runs of both.
    widths: [...new Set(wholeNumbers("width", values.width, 1, MOST_THREADS))],
    keys: wholeNumber("keys", values.keys),
    repeat: wholeNumber("repeat", values.repeat),
    json: values.json,
  };
}

/** Powers of two up to twice the processors. */
function defaultWidths(): number[] {
  const widths = [1];
  while (widths.at(-1)! < Math.min(2 * availableParallelism(), MOST_THREADS)) widths.push(widths.at(-1)! * 2);
  return widths;
}
