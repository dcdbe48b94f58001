import { createRequire } from "node:module";

/** Whether this process may run WebAssembly (`--jitless` forbids it) and parquet-wasm is installed. */
export function hasWasm(): boolean {
  wasmIsThere ??= "WebAssembly" in globalThis && isInstalled("parquet-wasm/esm");
  return wasmIsThere;
}

let wasmIsThere: boolean | undefined;

function isInstalled(specifier: string): boolean {
  try {
    createRequire(import.meta.url).resolve(specifier);
    return true;
  } catch {
    return false;
  }
}
