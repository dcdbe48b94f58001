import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const { WebAssembly } = globalThis as unknown as { WebAssembly?: { compile(bytes: Uint8Array): Promise<object> } };

let module: Promise<object> | undefined;

/**
 * parquet-wasm, compiled once for all workers: they share its machine code, and what the engine has learnt to optimise
 * outlives a worker.
 */
export function loadParquetWasm(): Promise<object> {
  module ??= compile().catch((error) => {
    module = undefined;
    throw error;
  });
  return module;
}

async function compile(): Promise<object> {
  const file = createRequire(import.meta.url).resolve("parquet-wasm/esm/parquet_wasm_bg.wasm");
  return WebAssembly!.compile(await readFile(file));
}
