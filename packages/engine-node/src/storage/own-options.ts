import { DeltaError } from "@asyncdelta/kernel-core";
import type { StoreKind } from "./store-kinds.js";

type Options = Readonly<Record<string, unknown>>;

const NAMES = ["s3", "azure", "gcs", "http"] as const satisfies readonly StoreKind[];

/** Said where options of one store are given to another. */
export const OWN_OPTIONS_HINT = "Options for one store among several stand under its name: { s3: { region } }.";

/**
 * Tells the options for whichever store is used from those that stand under the name of one: `{ s3: { region } }`, beside
 * which a table in another store is opened with what the environment says.
 *
 * @throws DeltaError `INVALID_ARGUMENT`
 */
export function splitOwnOptions(options: Options): { readonly common: Options; readonly own: Options } {
  const common: Record<string, unknown> = { ...options };
  const own: Record<string, unknown> = {};
  for (const name of NAMES) {
    const value = options[name];
    delete common[name];
    if (value === undefined) continue;
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      const message = `The storage option ${name} must be an object: the options of that store.`;
      throw new DeltaError("INVALID_ARGUMENT", message);
    }
    own[name] = value;
  }
  return { common, own };
}
