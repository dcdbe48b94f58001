import { describe, expect, test } from "vitest";
import type { Protocol } from "../src/actions/protocol.js";
import { checkReadable } from "../src/protocol/check-protocol.js";
import { castLeaf } from "../src/read/cast-leaf.js";
import { toArrowType } from "../src/read/to-arrow-type.js";
import { parseTypeName } from "../src/schema/parse-type-name.js";
import { isWidening } from "../src/schema/type-widening.js";
import type { StructType } from "../src/schema/types.js";
import { array, failureOf, field, map, schemaOf, struct } from "./support/scan-tasks.js";

const type = (name: string) => parseTypeName(name, []);

describe("a type change", () => {
  const allowed: Readonly<Record<string, readonly string[]>> = {
    byte: ["short", "integer", "long", "double", "decimal(10,0)", "decimal(4,1)", "decimal(20,10)"],
    short: ["integer", "long", "double", "decimal(10,0)", "decimal(6,1)"],
    integer: ["long", "double", "decimal(10,0)", "decimal(12,2)"],
    long: ["decimal(20,0)", "decimal(38,18)"],
    float: ["double"],
    date: ["timestamp_ntz"],
    "decimal(5,2)": ["decimal(6,2)", "decimal(6,3)", "decimal(38,20)"],
  };
  const names = [
    ...new Set(Object.entries(allowed).flatMap(([from, to]) => [from, ...to])),
    "string",
    "timestamp",
    "binary",
    "boolean",
  ];
  names.push("decimal(5,3)", "decimal(4,2)", "decimal(19,0)", "decimal(9,0)");
  /** Not in the list of the integers, but lists of decimals follow from each other. */
  const alsoDecimal = (from: string, to: string): boolean => {
    const [a, b] = [type(from), type(to)];
    return (
      a.kind === "decimal" &&
      b.kind === "decimal" &&
      b.scale >= a.scale &&
      b.precision - b.scale >= a.precision - a.scale
    );
  };
  const alsoInteger = (from: string, to: string): boolean => {
    const digits = { byte: 3, short: 5, integer: 10, long: 20 }[from];
    const b = type(to);
    return digits !== undefined && b.kind === "decimal" && b.precision - b.scale >= digits;
  };

  test.each(Object.entries(allowed))("from %s to %j is read", (from, tos) => {
    for (const to of tos) expect(isWidening(type(from), type(to)), to).toBe(true);
  });

  test("that is not listed is none", () => {
    for (const from of names) {
      for (const to of names) {
        const listed = from === to || allowed[from]?.includes(to) || alsoDecimal(from, to) || alsoInteger(from, to);
        expect(isWidening(type(from), type(to)), `${from} to ${to}`).toBe(listed ?? false);
      }
    }
  });

  test("is one that files can be read with, and nothing wider or narrower is", () => {
    for (const from of names) {
      for (const to of names) {
        if (!isWidening(type(from), type(to))) continue;
        expect(castLeaf(type(to), toArrowType(type(to)), toArrowType(type(from))), `${from} to ${to}`).toBeDefined();
      }
    }
  });

  test("never is one of a nested type", () => {
    const list = schemaOf(field("a", array("long"))).fields[0]!.type;
    expect(isWidening(list, list)).toBe(false);
  });
});

describe("changes that the schema records", () => {
  const features = ["typeWidening"];
  const widening: Protocol = {
    minReaderVersion: 3,
    minWriterVersion: 7,
    readerFeatures: features,
    writerFeatures: features,
  };
  const format = { provider: "parquet", options: {} };
  const metadata = { id: "t", format, schemaString: "", partitionColumns: [], configuration: {} };
  const changed = (type: unknown, ...changes: unknown[]): StructType =>
    schemaOf(field("s", struct({ ...field("c", type), metadata: { "delta.typeChanges": changes } })));
  const check = async (schema: StructType, protocol = widening): Promise<void> =>
    checkReadable(protocol, metadata, schema);

  test("are accepted when listed, also of elements, keys and values, and from the preview", async () => {
    await check(changed("long", { fromType: "short", toType: "integer" }, { fromType: "integer", toType: "long" }));
    await check(changed(map("double", "integer"), { fromType: "float", toType: "double", fieldPath: "key" }));
    const nested = changed(array(map("string", "decimal(10, 4)")), {
      fromType: "decimal(6, 2)",
      toType: "decimal(10, 4)",
      fieldPath: "element.value",
    });
    await check(nested);
    await check(changed("long", { fromType: "byte", toType: "long", tableVersion: 2 }));
  });

  test.each([
    ["string", "long", "Column s.c was changed from string to long"],
    ["long", "double", "from long to double"],
    ["date", "timestamp", "from date to timestamp"],
    ["long", "decimal(19,0)", "from long to decimal(19,0)"],
    ["integer", "quaternion", "from integer to quaternion"],
  ])("from %s to %s is refused", async (fromType, toType, text) => {
    const error = await failureOf(check(changed("string", { fromType, toType })));
    expect(error).toMatchObject({ code: "FEATURE_UNSUPPORTED", feature: "typeWidening", column: "s.c" });
    expect(error.message).toContain(text);
  });

  test("names the part that was changed", async () => {
    const schema = changed(array("string"), { fromType: "long", toType: "string", fieldPath: "element" });
    expect((await failureOf(check(schema))).column).toBe("s.c.element");
  });

  test.each([[{ fromType: "long" }], ["long"], [null]])("%j is no record of one", async (change) => {
    expect((await failureOf(check(changed("long", change)))).code).toBe("SCHEMA_INVALID");
  });

  test("are not looked at on a table without the feature", async () => {
    await check(changed("string", { fromType: "long", toType: "string" }), {
      minReaderVersion: 1,
      minWriterVersion: 2,
    });
  });
});
