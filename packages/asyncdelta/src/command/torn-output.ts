import type { Chunk } from "../format/batch-encoder.js";
import { type Output, OutputClosed } from "./output.js";

/** Runs `print`; if it fails with part of the output written, ends that so that nobody takes it for the whole. */
export async function orTorn(output: Output, torn: () => Chunk, print: () => Promise<void>): Promise<void> {
  try {
    await print();
  } catch (error) {
    if (output.started && !(error instanceof OutputClosed)) {
      // Where nothing more can be written, the first error is still the one to know.
      await output.write(torn()).catch(() => {});
    }
    throw error;
  }
}
