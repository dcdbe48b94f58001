import type { BoundPredicate } from "../predicate/bound-predicate.js";
import { leavesOf } from "../predicate/simplify.js";
import type { StructType } from "../schema/types.js";

/**
 * The columns that a predicate takes, cut down to the fields that it is about; of a struct that is only asked whether it is
 * null there is none.
 */
export function filterSchema(predicate: BoundPredicate, schema: StructType): StructType {
  return prune(
    schema,
    leavesOf(predicate).map(({ column }) => column),
  );
}

function prune(struct: StructType, paths: readonly (readonly string[])[]): StructType {
  const fields = struct.fields.flatMap((field) => {
    const below = paths.filter(([name]) => name === field.name).map((path) => path.slice(1));
    if (below.length === 0) return [];
    const { type } = field;
    const inner = below.filter((path) => path.length > 0);
    return [type.kind === "struct" ? { ...field, type: prune(type, inner) } : field];
  });
  return { kind: "struct", fields };
}
