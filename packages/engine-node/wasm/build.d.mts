export interface WasmModule {
  /** The folder of the package that it is of. */
  readonly package: string;
  /** The AssemblyScript, in the package's folder `wasm`. */
  readonly source: string;
  /** Name of the constant that holds the compiled bytes. */
  readonly constant: string;
  /** The TypeScript that is made of it, from the package's folder on. */
  readonly target: string;
  /** Of 64 KiB, with which its memory begins. */
  readonly pages: number;
}

export declare const MODULES: readonly WasmModule[];

/** The source of a module that holds compiled bytes. */
export declare function makeModule(module: WasmModule): Promise<string>;

/** Path of the file that it is written to. */
export declare function targetOf(module: WasmModule): string;
