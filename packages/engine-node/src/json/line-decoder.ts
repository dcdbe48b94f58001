import type { DecodedRows, DecoderOptions, LinesEnd } from "./decode/decoded-rows.js";
import type { JsonShape } from "./decode/json-shape.js";
import { ScriptDecoder } from "./decode/script-decoder.js";
import { WasmDecoder } from "./wasm/wasm-decoder.js";

/** Decodes lines into columns of the given shapes. Used again, it need not grow its memory again. */
export class LineDecoder {
  readonly #wasm: WasmDecoder;
  readonly #script: ScriptDecoder;

  constructor(shapes: readonly JsonShape[], batchRows: number, choose: DecoderOptions["choose"] = () => undefined) {
    const options = { shapes, batchRows, choose };
    this.#wasm = new WasmDecoder(options);
    this.#script = new ScriptDecoder(options);
  }

  /** Decodes lines; each part ends in a newline. A line whose only key has no column is no row. */
  *decode(parts: readonly Uint8Array[]): Generator<DecodedRows, LinesEnd, undefined> {
    const { batches, bytes, lines } = this.#wasm.decode(parts);
    yield* batches;
    const rest = partsBehind(parts, bytes);
    if (rest.length === 0) return { lines };
    const end = yield* this.#script.decode(rest);
    return "line" in end ? { ...end, line: lines + end.line } : { lines: lines + end.lines };
  }
}

/** What is left of some parts behind so many bytes. */
function partsBehind(parts: readonly Uint8Array[], bytes: number): readonly Uint8Array[] {
  let passed = bytes;
  const rest: Uint8Array[] = [];
  for (const part of parts) {
    if (passed < part.length) rest.push(part.subarray(passed));
    passed = Math.max(0, passed - part.length);
  }
  return rest;
}
