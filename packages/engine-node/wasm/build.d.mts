/** The source of `src/json/decode/text-scan-module.ts`. */
export declare function makeModule(): Promise<string>;
