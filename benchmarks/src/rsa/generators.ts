import { generateKeyPair, generateKeyPairSync, type KeyPairKeyObjectResult } from "node:crypto";
import { promisify } from "node:util";
import { ThreadRing } from "./thread-ring.js";

/** Who makes the keys. */
export type Worker = "event loop" | "libuv pool" | "worker threads";
export const WORKERS: readonly Worker[] = ["event loop", "libuv pool", "worker threads"];

/** Makes RSA key pairs, one at a call; gives the bytes of a private key. */
export interface KeyGenerator {
  generate(): Promise<number>;
  close(): Promise<void>;
}

/** `width` is how many keys will be asked for at once. */
export async function keyGenerator(worker: Worker, bits: number, width: number): Promise<KeyGenerator> {
  const close = async (): Promise<void> => {};
  switch (worker) {
    case "event loop":
      // Asked for many at once, it still makes one after another.
      return { generate: async () => generateSync(bits), close };
    case "libuv pool": {
      const generate = promisify(generateKeyPair);
      return { generate: async () => lengthOf(await generate("rsa", { modulusLength: bits })), close };
    }
    case "worker threads": {
      const ring = await ThreadRing.start(width, bits);
      return { generate: () => ring.generate(), close: () => ring.close() };
    }
    default:
      return worker satisfies never;
  }
}

/** Holds up the thread that calls it. */
export function generateSync(bits: number): number {
  return lengthOf(generateKeyPairSync("rsa", { modulusLength: bits }));
}

function lengthOf({ privateKey }: KeyPairKeyObjectResult): number {
  return privateKey.export({ type: "pkcs8", format: "der" }).length;
}
