import { describe, expect, test } from "vitest";
import { type DeltaError, isDeltaError } from "../src/errors.js";
import { nearNames } from "../src/scan/near-names.js";
import { selectColumns } from "../src/scan/select-columns.js";
import { typeName } from "../src/schema/type-name.js";
import type { DataType, StructType } from "../src/schema/types.js";

const long: DataType = { kind: "primitive", name: "long" };
function struct(fields: Record<string, DataType>): StructType {
  const list = Object.entries(fields).map(([name, type]) => ({ name, type, nullable: true, metadata: { of: name } }));
  return { kind: "struct", fields: list };
}
const schema = struct({
  Id: long,
  fare: long,
  trip: struct({
    From: long,
    to: struct({ lat: long, lon: long }),
    list: { kind: "array", element: struct({ x: long }), containsNull: true },
  }),
  "a.b": struct({ "c`d": long, e: long }),
  ÜBER: long,
});

const selected = (...columns: string[]): string => typeName(selectColumns(schema, columns));
function failure(...columns: string[]): DeltaError {
  try {
    selectColumns(schema, columns);
  } catch (error) {
    if (isDeltaError(error)) return error;
    throw error;
  }
  throw new Error("no error");
}

describe("selection", () => {
  test.each([
    ["the order is the caller's", ["fare", "Id"], "struct<fare: long, Id: long>"],
    [
      "names are matched without case and given back as the table has them",
      ["ID", "Über"],
      "struct<Id: long, ÜBER: long>",
    ],
    ["nothing", [], "struct<>"],
    ["a field of a struct", ["TRIP.from"], "struct<trip: struct<From: long>>"],
    ["a field of a struct in a struct", ["trip.to.lon"], "struct<trip: struct<to: struct<lon: long>>>"],
    [
      "fields of one struct make one column, where the first is",
      ["trip.to.lon", "Id", "trip.From"],
      "struct<trip: struct<to: struct<lon: long>, From: long>, Id: long>",
    ],
    ["a list is taken whole", ["trip.list"], "struct<trip: struct<list: array<struct<x: long>>>>"],
    ["a column with a dot in its name", ["A.B"], "struct<a.b: struct<c`d: long, e: long>>"],
    ["backticks keep dots and backticks in names", ["`a.b`.`c``d`"], "struct<a.b: struct<c`d: long>>"],
  ])("%s", (_, columns, result) => {
    expect(selected(...columns)).toBe(result);
  });

  test("keeps metadata and nullability of what is left", () => {
    const { fields } = selectColumns(schema, ["trip.from"]);
    expect(fields[0]).toMatchObject({ name: "trip", nullable: true, metadata: { of: "trip" } });
    expect(fields[0]!.type).toMatchObject({ fields: [{ name: "From", metadata: { of: "From" } }] });
  });
});

describe("refusals", () => {
  test("a name that is not there brings the names that come near", () => {
    const error = failure("fair");
    expect(error).toMatchObject({ code: "COLUMN_NOT_FOUND", column: "fair" });
    expect(error.message).toBe("There is no column fair. Did you mean fare?");
  });

  test("or all of them", () => {
    expect(failure("zzzzzz").message).toContain("There are: Id, fare, trip, `a.b`, ÜBER.");
  });

  test.each([["trip.nope"], ["fare.x"], ["trip.list.element"], ["a..b"], ["`trip"], [""]])(
    "%s is COLUMN_NOT_FOUND",
    (column) => {
      expect(failure(column)).toMatchObject({ code: "COLUMN_NOT_FOUND", column });
    },
  );

  test.each([[["Id", "iD"]], [["trip", "trip.From"]], [["trip.From", "trip"]]])("%j is wanted twice", (columns) => {
    expect(failure(...columns).code).toBe("INVALID_ARGUMENT");
  });
});

test("near names are few, near and sorted", () => {
  expect(nearNames("passenger_cout", ["passenger_count", "trip", "passengercount", "fare"])).toEqual([
    "passenger_count",
    "passengercount",
  ]);
  expect(nearNames("x", ["abc"])).toEqual([]);
});
