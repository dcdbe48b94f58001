import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isDeltaError } from "../src/errors.js";
import { parseSchema } from "../src/schema/parse-schema.js";
import { serializeSchema } from "../src/schema/serialize-schema.js";
import type { DataType, PrimitiveName, StructField, StructType } from "../src/schema/types.js";

function field(name: string, type: unknown, extra: object = {}): object {
  return { name, type, nullable: true, metadata: {}, ...extra };
}
function schemaText(...fields: object[]): string {
  return JSON.stringify({ type: "struct", fields });
}
function typeOf(type: unknown): DataType {
  return parseSchema(schemaText(field("c", type))).fields[0]!.type;
}
function failure(text: string): { code: string; column?: string; feature?: string; message: string } {
  try {
    parseSchema(text);
  } catch (error) {
    if (isDeltaError(error)) return error;
    throw error;
  }
  throw new Error("no error");
}

describe("types", () => {
  test.each([
    ["boolean", "boolean"],
    ["byte", "byte"],
    ["short", "short"],
    ["integer", "integer"],
    ["long", "long"],
    ["float", "float"],
    ["double", "double"],
    ["string", "string"],
    ["binary", "binary"],
    ["date", "date"],
    ["timestamp", "timestamp"],
    ["timestamp_ntz", "timestamp_ntz"],
    ["void", "void"],
    ["variant", "variant"],
    ["char(10)", "string"],
    ["varchar(255)", "string"],
    ["string collate UTF8_LCASE", "string"],
  ])("%s is read as %s", (text, name) => {
    expect(typeOf(text)).toEqual({ kind: "primitive", name });
  });

  test.each([
    ["decimal", 10, 0],
    ["decimal(5,2)", 5, 2],
    ["decimal( 38 , 38 )", 38, 38],
    ["decimal(1,0)", 1, 0],
  ])("%s has precision %i and scale %i", (text, precision, scale) => {
    expect(typeOf(text)).toEqual({ kind: "decimal", precision, scale });
  });

  test.each(["decimal(39,0)", "decimal(0,0)", "decimal(5,6)", "decimal(5,-1)", "decimal(5)", "Long", "int", "udt", ""])(
    "%s is no type, and the error names the column",
    (text) => {
      expect(failure(schemaText(field("c", text)))).toMatchObject({ code: "SCHEMA_INVALID", column: "c" });
    },
  );

  test.each([
    ["geometry(OGC:CRS84)", "geospatial"],
    ["geography", "geospatial"],
    ["timestamp_nanos", "timestampNanos"],
    ["interval day to second", "interval types"],
  ])("%s is refused as %s", (text, feature) => {
    const nested = { type: "array", elementType: text, containsNull: true };
    const error = failure(schemaText(field("a.b", { type: "struct", fields: [field("c", nested)] })));
    expect(error).toMatchObject({ code: "FEATURE_UNSUPPORTED", feature, column: "`a.b`.c.element" });
    expect(error.message).toContain(text);
  });

  test("nested types keep the nullability of each level", () => {
    const map = {
      type: "map",
      keyType: "string",
      valueType: { type: "array", elementType: "long", containsNull: false },
    };
    expect(typeOf({ ...map, valueContainsNull: false })).toEqual({
      kind: "map",
      key: { kind: "primitive", name: "string" },
      value: { kind: "array", element: { kind: "primitive", name: "long" }, containsNull: false },
      valueContainsNull: false,
    });
  });

  test("a flag for nulls that is left out, and a key that is not known, do no harm", () => {
    const text =
      '{"type":"struct","fields":[{"name":"a","type":{"type":"array","elementType":"long","odd":1},"x":{}}]}';
    expect(parseSchema(text).fields[0]).toEqual({
      name: "a",
      type: { kind: "array", element: { kind: "primitive", name: "long" }, containsNull: true },
      nullable: true,
      metadata: {},
    });
  });
});

describe("metadata", () => {
  test("longs beyond 2^53 stay exact, and other values stay as they are", () => {
    const metadata =
      '{"delta.identity.start":9223372036854775807,"small":7,"CURRENT_DEFAULT":"1","nested":{"a":[true,null,-9223372036854775808]},"x":0.5}';
    const text = `{"type":"struct","fields":[{"name":"id","type":"long","nullable":false,"metadata":${metadata}}]}`;
    expect(parseSchema(text).fields[0]!.metadata).toEqual({
      "delta.identity.start": 9223372036854775807n,
      small: 7,
      CURRENT_DEFAULT: "1",
      nested: { a: [true, null, -9223372036854775808n] },
      x: 0.5,
    });
    expect(serializeSchema(parseSchema(text))).toBe(text);
  });
});

describe("refusals", () => {
  test.each([
    ["no JSON", "nope"],
    ["an empty text", ""],
    ["no struct", '"long"'],
    ["an array of nothing", "[]"],
    ["no fields", '{"type":"struct"}'],
  ])("%s is SCHEMA_INVALID", (_, text) => {
    expect(failure(text).code).toBe("SCHEMA_INVALID");
  });

  test("names that differ in case alone are duplicates, in any struct", () => {
    const nested = { type: "struct", fields: [field("Id", "long"), field("iD", "long")] };
    expect(failure(schemaText(field("s", nested)))).toMatchObject({ code: "SCHEMA_INVALID", column: "s.iD" });
  });

  test("names are folded alike in every locale: a Turkish dotless i is its own letter", () => {
    expect(parseSchema(schemaText(field("I", "long"), field("ı", "long"))).fields).toHaveLength(2);
  });

  test("a flag that is no boolean, metadata that is no object and a field without a name are refused", () => {
    expect(failure(schemaText(field("a", "long", { nullable: "yes" })))).toMatchObject({ column: "a" });
    expect(failure(schemaText(field("a", "long", { metadata: [] })))).toMatchObject({ column: "a" });
    expect(failure(schemaText({ type: "long" })).code).toBe("SCHEMA_INVALID");
  });

  test("text nested without end is refused, not left to overflow the stack", () => {
    const type = `${'{"type":"array","elementType":'.repeat(5000)}"long"${"}".repeat(5000)}`;
    expect(failure(`{"type":"struct","fields":[{"name":"deep","type":${type}}]}`).code).toBe("SCHEMA_INVALID");
  });
});

test("damage ends in a DeltaError or in a schema, never in anything else", () => {
  const nested = {
    type: "map",
    keyType: "string",
    valueType: { type: "struct", fields: [field("x", "decimal(5,2)")] },
  };
  const text = schemaText(
    field("a", "long", { metadata: { n: 9007199254740992 } }),
    field("b", nested),
    field("c", "variant"),
  );
  const change = fc.tuple(
    fc.nat(text.length),
    fc.nat(3),
    fc.constantFrom("", "{", "}", "[", "]", '"', ":", ",", "null", "1", "\\", "type"),
  );
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
      let damaged = text;
      for (const [at, cut, put] of changes) damaged = damaged.slice(0, at) + put + damaged.slice(at + cut);
      try {
        expect(parseSchema(damaged).kind).toBe("struct");
      } catch (error) {
        if (!isDeltaError(error, "SCHEMA_INVALID") && !isDeltaError(error, "FEATURE_UNSUPPORTED")) throw error;
      }
    }),
    { seed: 5, numRuns: 1000 },
  );
});

describe("round trip", () => {
  const primitives: PrimitiveName[] = ["boolean", "byte", "short", "integer", "long", "float", "double", "string"];
  primitives.push("binary", "date", "timestamp", "timestamp_ntz", "variant", "void");
  const leaf: fc.Arbitrary<DataType> = fc.oneof(
    fc.constantFrom(...primitives).map((name): DataType => ({ kind: "primitive", name })),
    fc
      .tuple(fc.integer({ min: 1, max: 38 }), fc.integer({ min: 0, max: 38 }))
      .map(([precision, scale]): DataType => ({ kind: "decimal", precision, scale: Math.min(precision, scale) })),
  );
  const metadataValue = fc.oneof(
    fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)) }),
    fc.boolean(),
    fc.integer(),
    fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n }),
    fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .filter((n) => !Object.is(n, -0) && !(Number.isInteger(n) && !Number.isSafeInteger(n))),
    fc.constant(null),
    fc.array(fc.bigInt({ min: -(2n ** 64n), max: -(2n ** 53n) }), { maxLength: 2 }),
  );
  const fields = (type: fc.Arbitrary<DataType>): fc.Arbitrary<StructField[]> =>
    fc.uniqueArray(
      fc.record({
        name: fc.string({ unit: "grapheme" }),
        type,
        nullable: fc.boolean(),
        metadata: fc.dictionary(fc.string(), metadataValue, { maxKeys: 3, noNullPrototype: true }),
      }),
      { selector: ({ name }) => name.toLowerCase(), maxLength: 4 },
    );
  const { type } = fc.letrec<{ type: DataType }>((tie) => ({
    type: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      leaf,
      fields(tie("type")).map((list): DataType => ({ kind: "struct", fields: list })),
      fc.record({ kind: fc.constant("array" as const), element: tie("type"), containsNull: fc.boolean() }),
      fc.record({
        kind: fc.constant("map" as const),
        key: tie("type"),
        value: tie("type"),
        valueContainsNull: fc.boolean(),
      }),
    ),
  }));

  test("a schema that is written is read back equal", () => {
    fc.assert(
      fc.property(fields(type), (list) => {
        const schema: StructType = { kind: "struct", fields: list };
        expect(parseSchema(serializeSchema(schema))).toEqual(schema);
      }),
      { seed: 5, numRuns: 300 },
    );
  });

  const corpus = process.env.ASYNCDELTA_CORPUS;
  test.skipIf(corpus === undefined)("every schema of the corpus is read, and written back unchanged", () => {
    const tables = readdirSync(corpus!, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const schemas = tables.map(
      ({ name }) => JSON.parse(readFileSync(join(corpus!, name, "expected.json"), "utf8")).schema,
    );
    const texts = schemas.filter((schema) => schema != null).map((schema) => JSON.stringify(schema));
    expect(texts.length).toBeGreaterThan(100);
    for (const text of texts) expect(JSON.parse(serializeSchema(parseSchema(text)))).toEqual(JSON.parse(text));
  });
});
