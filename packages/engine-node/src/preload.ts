import { preloadKernel } from "@asyncdelta/kernel-core";
import { compileWholly } from "./compile-wholly.js";
import { loadReadBatches } from "./json/json-handler.js";
import { loadRehearse, loadSharedPool } from "./node-engine.js";
import { loadCanDecode, loadJavascriptDecoder, loadThreadDecoder, loadWasmDecoder } from "./parquet/choose-decoder.js";
import { hasWasm } from "./parquet/has-wasm.js";
import { loadOpenFile } from "./parquet/parquet-handler.js";
import { loadHttpClient, STORES } from "./storage/routed-storage.js";
import { type StoreKind, storeKindOf } from "./storage/store-kinds.js";
import { tableLocation } from "./storage/table-location.js";

/**
 * Loads what engines load when they first need it, some tenths of a second in all: the decoders of JSON and Parquet,
 * Arrow, and, for the URL of a table, its store and HTTP client. A service that awaits it before it takes requests answers
 * the first as fast as the others: all that is loaded here is compiled as a whole, while otherwise each function is when it is
 * first called. (What the process has loaded before, as the kernel by this very import, is so with `node --no-lazy`.) No
 * engine is made, no thread started and nothing asked of a store.
 *
 * @throws DeltaError `INVALID_ARGUMENT` for an impossible location
 */
export async function preload(location?: string | URL): Promise<void> {
  const kind = location === undefined ? "file" : storeKindOf(tableLocation(location).url);
  await compileWholly(() =>
    Promise.all([...decoders(), ...(kind === undefined || kind === "file" ? [] : store(kind))]),
  );
}

function decoders(): Promise<unknown>[] {
  // Which is looked up once.
  hasWasm();
  return [
    preloadKernel(),
    loadReadBatches(),
    linesModule(),
    loadOpenFile(),
    loadJavascriptDecoder().then(([{ loadDecodeRowGroup, loadDecodeSelected }]) =>
      Promise.all([loadDecodeRowGroup(), loadDecodeSelected()]),
    ),
    pageKernels(),
    loadCanDecode(),
    loadThreadDecoder(),
    loadWasmDecoder(),
    loadSharedPool(),
  ];
}

function store(kind: Exclude<StoreKind, "file">): Promise<unknown>[] {
  return [STORES[kind](), loadHttpClient(), undici(), loadRehearse()];
}

// Imported here as well, so that who does not preload does not even load what would load them.
async function undici(): Promise<void> {
  const [{ loadUndici }, { loadParser }] = await Promise.all([
    import("./http/load-undici.js"),
    import("./http/load-parser.js"),
  ]);
  await loadParser(await loadUndici());
}

async function pageKernels(): Promise<unknown> {
  return (await import("./parquet/kernels/page-memory.js")).pageMemory();
}

/** Compiled here, and not by the first lines that are worth it. */
async function linesModule(): Promise<void> {
  (await import("./json/wasm/lines-instance.js")).linesInstance(Number.POSITIVE_INFINITY);
}
