import { compileWholly } from "./compile-wholly.js";
import { resolveTableUrl } from "./storage/resolve-table-url.js";
import { STORES } from "./storage/routed-storage.js";
import { type StoreKind, storeKindOf } from "./storage/store-kinds.js";

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
  const kind = location === undefined ? "file" : storeKindOf(resolveTableUrl(location));
  await compileWholly(() =>
    Promise.all([...decoders(), ...(kind === undefined || kind === "file" ? [] : store(kind))]),
  );
}

function decoders(): Promise<unknown>[] {
  return [
    import("apache-arrow"),
    import("./json/read-batches.js"),
    linesModule(),
    import("./parquet/open-file.js"),
    import("./parquet/in-sequence.js"),
    import("./parquet/javascript-decoder.js"),
    import("./parquet/javascript/decode-row-group.js"),
    import("./parquet/javascript/decode-selected.js"),
    pageKernels(),
    import("./parquet/threads/can-decode.js"),
    import("./parquet/threads/thread-decoder.js"),
    import("./parquet/wasm-decoder.js"),
    import("./pool/shared-pool.js"),
  ];
}

function store(kind: Exclude<StoreKind, "file">): Promise<unknown>[] {
  return [STORES[kind](), import("./http/http-client.js"), undici()];
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
