import type { Metadata } from "../actions/metadata.js";
import type { Protocol } from "../actions/protocol.js";
import { DeltaError, isDeltaError } from "../errors.js";
import { checkReadable } from "../protocol/check-protocol.js";
import { parseSchema } from "../schema/parse-schema.js";
import type { StructType } from "../schema/types.js";

/** The schema of a version that this reader can read rightly. Throws as `checkReadable` and `parseSchema` do, with the version. */
export function readableSchema(
  protocol: Protocol,
  metadata: Metadata,
  at: { readonly version: number; readonly path: string },
): StructType {
  try {
    const schema = parseSchema(metadata.schemaString);
    checkReadable(protocol, metadata, schema);
    return schema;
  } catch (error) {
    if (!isDeltaError(error) || error.version !== undefined) throw error;
    const { feature, column, path = at.path, cause } = error;
    const facts = {
      version: at.version,
      path,
      cause,
      ...(feature === undefined ? {} : { feature }),
      ...(column === undefined ? {} : { column }),
    };
    throw new DeltaError(error.code, error.message, facts);
  }
}
