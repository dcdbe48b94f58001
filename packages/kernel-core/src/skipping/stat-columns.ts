import type { LeafPredicate } from "../predicate/simplify.js";
import { type ColumnMapping, physicalName } from "../schema/column-mapping.js";
import type { DataType, StructField, StructType } from "../schema/types.js";

/** A column whose statistics a predicate asks for. */
export interface StatColumn {
  /** As the predicate has it. */
  readonly path: readonly string[];
  /** As statistics have it: physical names. PROTOCOL.md, "Column Mapping". */
  readonly physicalPath: readonly string[];
  readonly type: DataType;
  /** Whether a struct around it may be null, so that it is null more often than counts of its own nulls say. */
  readonly inNullable: boolean;
  /** Whether it was a float once, whose text in statistics is not that of the double it is now. */
  readonly wasFloat: boolean;
}

/** The columns that conditions are about, each once, as statistics have them. */
export function statColumns(
  leaves: readonly LeafPredicate[],
  schema: StructType,
  mode: ColumnMapping,
): readonly StatColumn[] {
  const columns = new Map<string, StatColumn>();
  for (const { column } of leaves) {
    const key = JSON.stringify(column);
    if (!columns.has(key)) columns.set(key, statColumn(column, schema, mode));
  }
  return [...columns.values()];
}

function statColumn(path: readonly string[], schema: StructType, mode: ColumnMapping): StatColumn {
  const physicalPath: string[] = [];
  let type: DataType = schema;
  let field: StructField | undefined;
  let inNullable = false;
  for (const name of path) {
    inNullable ||= field?.nullable ?? false;
    field = (type as StructType).fields.find((candidate) => candidate.name === name)!;
    physicalPath.push(physicalName(field, mode));
    type = field.type;
  }
  return { path, physicalPath, type, inNullable, wasFloat: wasFloat(field!) };
}

/** PROTOCOL.md, "Type Change Metadata". */
function wasFloat({ metadata }: StructField): boolean {
  const changes = metadata["delta.typeChanges"];
  return Array.isArray(changes) && changes.some((change) => change?.fromType === "float");
}
