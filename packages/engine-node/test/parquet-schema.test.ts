import { isDeltaError } from "@asyncdelta/kernel-core";
import type { SchemaElement } from "hyparquet";
import { describe, expect, it } from "vitest";
import { arrowSchema } from "../dist/parquet/schema/arrow-schema.js";
import { parquetField } from "../dist/parquet/schema/parquet-field.js";
import { readSchema } from "../dist/parquet/schema/read-schema.js";
import { leavesOf } from "../dist/parquet/schema/schema-node.js";
import { typeText } from "./arrow-plain.js";

type Facts = Partial<SchemaElement>;

const leaf = (repetition: string, name: string, facts: Facts = { type: "INT32" }): SchemaElement => ({
  repetition_type: repetition.toUpperCase() as "REQUIRED",
  name,
  ...facts,
});
const group = (repetition: string, name: string, children: number, facts: Facts = {}): SchemaElement =>
  leaf(repetition, name, { num_children: children, ...facts });
const LIST: Facts = { converted_type: "LIST" };
const MAP: Facts = { converted_type: "MAP" };
const text: Facts = { type: "BYTE_ARRAY", converted_type: "UTF8" };

function schemaOf(...elements: SchemaElement[]) {
  // How many children the root has follows from the rest.
  let open = 0;
  let roots = 0;
  for (const { num_children: children = 0 } of elements) {
    if (open === 0) roots++;
    else open--;
    open += children;
  }
  return readSchema([{ name: "root", num_children: roots }, ...elements]);
}

function typesOf(...elements: SchemaElement[]): string[] {
  const { fields } = arrowSchema(schemaOf(...elements));
  return fields.map(({ name, type, nullable }) => `${name}: ${typeText(type)}${nullable ? "?" : ""}`);
}

describe("lists", () => {
  // The examples of "Lists" in LogicalTypes.md.
  it.each<[string, SchemaElement[], string]>([
    [
      "of three levels, nullable elements",
      [group("optional", "my_list", 1, LIST), group("repeated", "list", 1), leaf("optional", "element", text)],
      "my_list: List<element: Utf8?>?",
    ],
    [
      "of three levels, required elements, other names",
      [group("required", "my_list", 1, LIST), group("repeated", "bag", 1), leaf("required", "str", text)],
      "my_list: List<element: Utf8>",
    ],
    [
      "with the newer annotation alone",
      [
        group("optional", "my_list", 1, { logical_type: { type: "LIST" } }),
        group("repeated", "list", 1),
        leaf("optional", "element"),
      ],
      "my_list: List<element: Int32?>?",
    ],
    [
      "of two levels, of a primitive",
      [group("optional", "my_list", 1, LIST), leaf("repeated", "element")],
      "my_list: List<element: Int32>?",
    ],
    [
      "of two levels, of a group of several",
      [
        group("optional", "my_list", 1, LIST),
        group("repeated", "element", 2),
        leaf("required", "str", text),
        leaf("required", "num"),
      ],
      "my_list: List<element: Struct<str: Utf8, num: Int32>>?",
    ],
    [
      "of two levels, of a group of one, called array",
      [group("optional", "my_list", 1, LIST), group("repeated", "array", 1), leaf("required", "str", text)],
      "my_list: List<element: Struct<str: Utf8>>?",
    ],
    [
      "of two levels, of a group of one, called after the list",
      [group("optional", "my_list", 1, LIST), group("repeated", "my_list_tuple", 1), leaf("required", "str", text)],
      "my_list: List<element: Struct<str: Utf8>>?",
    ],
    [
      "of two levels, of lists of two levels",
      [group("optional", "array_of_arrays", 1, LIST), group("repeated", "array", 1, LIST), leaf("repeated", "array")],
      "array_of_arrays: List<element: List<element: Int32>>?",
    ],
    [
      "of two levels, of a group with a repeated field",
      [group("optional", "my_list", 1, LIST), group("repeated", "item", 1), leaf("repeated", "n")],
      "my_list: List<element: Struct<n: List<element: Int32>>>?",
    ],
    [
      "of three levels, of lists of three levels",
      [
        group("optional", "a", 1, LIST),
        group("repeated", "list", 1),
        group("required", "element", 1, LIST),
        group("repeated", "list", 1),
        leaf("required", "element"),
      ],
      "a: List<element: List<element: Int32>>?",
    ],
    ["without annotation, of a primitive", [leaf("repeated", "num")], "num: List<element: Int32>"],
    [
      "without annotation, of a group",
      [group("repeated", "elem", 2), leaf("required", "name", text), leaf("optional", "year")],
      "elem: List<element: Struct<name: Utf8, year: Int32?>>",
    ],
    [
      "of a group that is not repeated, which is none",
      [group("optional", "my_list", 1, LIST), group("optional", "list", 1), leaf("required", "element")],
      "my_list: Struct<list: Struct<element: Int32>?>?",
    ],
    [
      "of two fields, which is none",
      [group("optional", "my_list", 2, LIST), leaf("repeated", "a"), leaf("required", "b")],
      "my_list: Struct<a: List<element: Int32>, b: Int32>?",
    ],
  ])("%s", (_, elements, expected) => {
    expect(typesOf(...elements)).toEqual([expected]);
  });
});

describe("maps", () => {
  it.each<[string, SchemaElement[], string]>([
    [
      "with nullable values",
      [
        group("required", "my_map", 1, MAP),
        group("repeated", "key_value", 2),
        leaf("required", "key", text),
        leaf("optional", "value"),
      ],
      "my_map: Map<key: Utf8, value: Int32?>",
    ],
    [
      "with older names, and the annotation of the inside",
      [
        group("optional", "my_map", 1, { converted_type: "MAP_KEY_VALUE" }),
        group("repeated", "map", 2),
        leaf("required", "str", text),
        leaf("required", "num"),
      ],
      "my_map: Map<key: Utf8, value: Int32>?",
    ],
    [
      "with both annotations",
      [
        group("optional", "my_map", 1, MAP),
        group("repeated", "map", 2, { converted_type: "MAP_KEY_VALUE" }),
        leaf("required", "key", text),
        leaf("optional", "value"),
      ],
      "my_map: Map<key: Utf8, value: Int32?>?",
    ],
    [
      "with the newer annotation, and keys that claim to be nullable",
      [
        group("optional", "my_map", 1, { logical_type: { type: "MAP" } }),
        group("repeated", "key_value", 2),
        leaf("optional", "key", text),
        leaf("optional", "value"),
      ],
      "my_map: Map<key: Utf8, value: Int32?>?",
    ],
    [
      "without values, which are lists of keys",
      [group("optional", "my_map", 1, MAP), group("repeated", "key_value", 1), leaf("required", "key", text)],
      "my_map: List<element: Utf8>?",
    ],
  ])("%s", (_, elements, expected) => {
    expect(typesOf(...elements)).toEqual([expected]);
  });
});

describe("leaves", () => {
  const decimal = (precision: number, scale: number): Facts => ({ converted_type: "DECIMAL", precision, scale });
  it.each<[Facts, string]>([
    [{ type: "BOOLEAN" }, "Bool"],
    [{ type: "INT32" }, "Int32"],
    [{ type: "INT32", converted_type: "INT_8" }, "Int8"],
    [{ type: "INT32", converted_type: "INT_16" }, "Int16"],
    [{ type: "INT32", converted_type: "INT_32" }, "Int32"],
    [{ type: "INT32", converted_type: "UINT_8" }, "Uint8"],
    [{ type: "INT32", converted_type: "UINT_16" }, "Uint16"],
    [{ type: "INT32", converted_type: "UINT_32" }, "Uint32"],
    [{ type: "INT32", logical_type: { type: "INTEGER", bitWidth: 8, isSigned: false } }, "Uint8"],
    [{ type: "INT32", logical_type: { type: "INTEGER", bitWidth: 16, isSigned: true } }, "Int16"],
    [{ type: "INT64" }, "Int64"],
    [{ type: "INT64", converted_type: "INT_64" }, "Int64"],
    [{ type: "INT64", converted_type: "UINT_64" }, "Uint64"],
    [{ type: "INT64", logical_type: { type: "INTEGER", bitWidth: 64, isSigned: false } }, "Uint64"],
    [{ type: "FLOAT" }, "Float32"],
    [{ type: "DOUBLE" }, "Float64"],
    [{ type: "INT32", ...decimal(9, 2) }, "Decimal[9e+2]"],
    [{ type: "INT64", ...decimal(18, 0) }, "Decimal[18e0]"],
    [{ type: "BYTE_ARRAY", ...decimal(38, 38) }, "Decimal[38e+38]"],
    [{ type: "FIXED_LEN_BYTE_ARRAY", type_length: 3, ...decimal(5, 1) }, "Decimal[5e+1]"],
    [{ type: "INT32", logical_type: { type: "DECIMAL", precision: 4, scale: 2 } }, "Decimal[4e+2]"],
    [{ type: "INT32", converted_type: "DATE" }, "Date32<DAY>"],
    [{ type: "INT32", logical_type: { type: "DATE" } }, "Date32<DAY>"],
    [{ type: "INT64", converted_type: "TIMESTAMP_MILLIS" }, "Timestamp<MICROSECOND, UTC>"],
    [{ type: "INT64", converted_type: "TIMESTAMP_MICROS" }, "Timestamp<MICROSECOND, UTC>"],
    [
      { type: "INT64", logical_type: { type: "TIMESTAMP", unit: "NANOS", isAdjustedToUTC: true } },
      "Timestamp<MICROSECOND, UTC>",
    ],
    [
      // What such a writer also says for older readers is wrong about the zone.
      {
        type: "INT64",
        converted_type: "TIMESTAMP_MICROS",
        logical_type: { type: "TIMESTAMP", unit: "MICROS", isAdjustedToUTC: false },
      },
      "Timestamp<MICROSECOND>",
    ],
    [{ type: "INT96" }, "Timestamp<MICROSECOND, UTC>"],
    [{ type: "BYTE_ARRAY" }, "Binary"],
    [{ type: "BYTE_ARRAY", converted_type: "UTF8" }, "Utf8"],
    [{ type: "BYTE_ARRAY", converted_type: "ENUM" }, "Utf8"],
    [{ type: "BYTE_ARRAY", converted_type: "JSON" }, "Utf8"],
    [{ type: "BYTE_ARRAY", converted_type: "BSON" }, "Binary"],
    [{ type: "BYTE_ARRAY", logical_type: { type: "STRING" } }, "Utf8"],
    [{ type: "BYTE_ARRAY", logical_type: { type: "ENUM" } }, "Utf8"],
    [{ type: "BYTE_ARRAY", logical_type: { type: "JSON" } }, "Utf8"],
    [{ type: "BYTE_ARRAY", logical_type: { type: "BSON" } }, "Binary"],
    [{ type: "FIXED_LEN_BYTE_ARRAY", type_length: 7 }, "FixedSizeBinary[7]"],
    [{ type: "FIXED_LEN_BYTE_ARRAY", type_length: 16, logical_type: { type: "UUID" } }, "FixedSizeBinary[16]"],
    [{ type: "FIXED_LEN_BYTE_ARRAY", type_length: 2, logical_type: { type: "FLOAT16" } }, "FixedSizeBinary[2]"],
    [{ type: "FIXED_LEN_BYTE_ARRAY", type_length: 12, converted_type: "INTERVAL" }, "FixedSizeBinary[12]"],
    [{ type: "INT32", converted_type: "TIME_MILLIS" }, "Int32"],
    [{ type: "INT64", converted_type: "TIME_MICROS" }, "Int64"],
    [{ type: "INT32", logical_type: { type: "NULL" } }, "Int32"],
    // Annotations that the physical type cannot carry.
    [{ type: "INT32", converted_type: "UTF8" }, "Int32"],
    [{ type: "DOUBLE", ...decimal(9, 2) }, "Float64"],
    [{ type: "INT64", converted_type: "DATE" }, "Int64"],
  ])("%o are %s", (facts, expected) => {
    expect(typesOf(leaf("required", "a", facts), leaf("optional", "b", facts))).toEqual([
      `a: ${expected}`,
      `b: ${expected}?`,
    ]);
  });

  it.each([
    [39, 0],
    [0, 0],
    [5, 6],
    [5, -1],
  ])("of decimal(%i, %i) cannot be read, but others beside them can", (precision, scale) => {
    const root = schemaOf(
      leaf("required", "fine"),
      group("required", "s", 1),
      leaf("required", "d", { type: "INT64", ...decimal(precision, scale) }),
    );
    const [fine] = root.children;
    expect(arrowSchema({ ...root, children: [fine!] }).fields).toHaveLength(1);
    try {
      arrowSchema(root);
      expect.fail();
    } catch (error) {
      if (!isDeltaError(error, "TYPE_MISMATCH")) throw error;
      expect(error.column).toBe("s.d");
    }
  });
});

describe("the fields of a file", () => {
  it("leave the helper groups out, and keep the ids", () => {
    const root = schemaOf(
      leaf("optional", "id", { type: "INT64", field_id: 1 }),
      group("optional", "tags", 1, { ...LIST, field_id: 2 }),
      group("repeated", "list", 1),
      leaf("optional", "item", { ...text, field_id: 3 }),
      group("optional", "props", 1, { ...MAP, field_id: 4 }),
      group("repeated", "entries", 2),
      leaf("required", "k", { ...text, field_id: 5 }),
      group("optional", "v", 1, { field_id: 6 }),
      leaf("optional", "x", { type: "DOUBLE", field_id: 7 }),
    );
    expect(root.children.map((child) => parquetField(child))).toEqual([
      { name: "id", kind: "leaf", children: [], fieldId: 1 },
      {
        name: "tags",
        kind: "list",
        fieldId: 2,
        children: [{ name: "element", kind: "leaf", children: [], fieldId: 3 }],
      },
      {
        name: "props",
        kind: "map",
        fieldId: 4,
        children: [
          { name: "key", kind: "leaf", children: [], fieldId: 5 },
          {
            name: "value",
            kind: "struct",
            fieldId: 6,
            children: [{ name: "x", kind: "leaf", children: [], fieldId: 7 }],
          },
        ],
      },
    ]);
    expect(leavesOf(root).map(({ path, index }) => `${index} ${path.join("/")}`)).toEqual([
      "0 id",
      "1 tags/list/item",
      "2 props/entries/k",
      "3 props/entries/v/x",
    ]);
  });

  it("may have names with dots, and none", () => {
    const root = schemaOf(group("optional", "a.b", 1), leaf("optional", ""), leaf("optional", "a"));
    expect(leavesOf(root).map(({ path }) => path)).toEqual([["a.b", ""], ["a"]]);
  });

  it("have levels that count optional and repeated ancestors", () => {
    const root = schemaOf(
      group("optional", "a", 1, LIST),
      group("repeated", "list", 1),
      group("optional", "element", 1),
      leaf("repeated", "x"),
    );
    const [list] = root.children;
    expect(list).toMatchObject({ kind: "list", rep: 0, def: 1, slotDef: 0, itemDef: 2 });
    expect(leavesOf(root)).toMatchObject([{ rep: 2, def: 4, slotDef: 4, nullable: false }]);
  });

  it("cannot be nested without end", () => {
    const deep = Array.from({ length: 250 }, () => group("optional", "g", 1));
    expect(() => schemaOf(...deep, leaf("required", "x"))).toThrow(/levels deep/);
  });
});
