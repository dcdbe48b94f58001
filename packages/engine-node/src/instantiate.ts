/** What is needed of a name that only browsers' typings have. */
interface WithWasm {
  readonly WebAssembly?: {
    readonly Module: new (bytes: Uint8Array) => object;
    readonly Instance: new (module: object) => { readonly exports: unknown };
  };
}

/** The exports of a module of WebAssembly that lies in the sources as base64; nothing where it cannot run. */
export function instantiate<E>(module: string): E | undefined {
  const { WebAssembly: wasm } = globalThis as WithWasm;
  // --jitless takes it away, and on a processor without SIMD the module is refused.
  if (wasm === undefined) return undefined;
  try {
    return new wasm.Instance(new wasm.Module(Buffer.from(module, "base64"))).exports as E;
  } catch {
    return undefined;
  }
}
