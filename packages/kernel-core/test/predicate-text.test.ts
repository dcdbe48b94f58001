import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isDeltaError } from "../src/errors.js";
import { col } from "../src/predicate/col.js";
import { formatPredicate } from "../src/predicate/format-predicate.js";
import { type Literal, literal } from "../src/predicate/literal.js";
import { and, not, or } from "../src/predicate/logic.js";
import { parsePredicate } from "../src/predicate/parse-predicate.js";
import type { Predicate } from "../src/predicate/predicate.js";

const [a, b, c] = [col("a").eq(1), col("b").eq(2), col("c").eq(3)];

describe("a predicate's text", () => {
  test.each<[string, Predicate]>([
    ["fare > 100 and region in ('eu','us')", and(col("fare").gt(100), col("region").in(["eu", "us"]))],
    ["a = 1 or b = 2 and c = 3", or(a, and(b, c))],
    ["(a = 1 or b = 2) and c = 3", and(or(a, b), c)],
    ["a=1 and b=2 and c=3", and(a, b, c)],
    ["not a = 1 and b = 2", and(not(a), b)],
    ["NOT NOT a = 1", a],
    ["!(a == 1)", not(a)],
    ["a <> 1", col("a").neq(1)],
    ["a != 1", col("a").neq(1)],
    ["a <=> null", col("a").eqNullSafe(null)],
    ["5 < a", col("a").gt(5)],
    ["5 >= a", col("a").lte(5)],
    ["'x' = a", col("a").eq("x")],
    ["a is null", col("a").isNull()],
    ["a IS NOT NULL", col("a").isNotNull()],
    ["a between -1 and +2.5 and b = 2", and(col("a").gte(-1), { ...col("a").lte(2.5) }, b)],
    ["a not between 1 and 2", not(and(col("a").gte(1), col("a").lte(2)))],
    ["a not in (1)", not(col("a").in([1]))],
    ["a like 'x%'", col("a").startsWith("x")],
    ["a not like 'x%'", not(col("a").startsWith("x"))],
    ["a like 'x'", col("a").eq("x")],
    [String.raw`a like '50\%%'`, col("a").startsWith("50%")],
    ["a like '%'", col("a").startsWith("")],
    ["active", col("active").eq(true)],
    ["not active", not(col("active").eq(true))],
    ["true", { kind: "constant", value: true }],
    ["null", { kind: "constant", value: null }],
    ["trip.`from`.x = 1", col("trip.`from`.x").eq(1)],
    ["`in` = 1", col("`in`").eq(1)],
    ["date = date '2024-02-29'", col("date").eq(literal.date("2024-02-29"))],
    ["t < TIMESTAMP '2024-02-29 12:00:00'", col("t").lt(literal.timestamp("2024-02-29 12:00:00"))],
    ["a = 12345678901234567890123L", col("a").eq(12345678901234567890123n)],
    ["a = 1.50BD", col("a").eq(literal.decimal("1.50"))],
    ["a = .5e-3", col("a").eq(literal.decimal(".5e-3"))],
    ["a = X'00ff'", col("a").eq(Uint8Array.of(0, 255))],
    ["a = double('NaN')", col("a").eq(Number.NaN)],
    ["a > float('-inf')", col("a").gt(Number.NEGATIVE_INFINITY)],
    [`a = 'it''s'`, col("a").eq("it's")],
    [String.raw`a = 'it\'s \u0041\n\\'`, col("a").eq("it's A\n\\")],
    [`a = "say ""it's"""`, col("a").eq(`say "it's"`)],
    ["größe = 1", col("größe").eq(1)],
  ])("%s", (text, predicate) => {
    expect(parsePredicate(text)).toEqual(predicate);
  });

  test.each([
    ["", "at its end: expected a column"],
    ["a >", "at its end: expected a literal"],
    ["a > b", 'at character 5, "b": expected a literal, since a column is compared with literals only'],
    ["a = 1 b = 2", `at character 7, "b = 2": expected 'and', 'or' or the end`],
    ["(a = 1", "at its end: expected ')'"],
    ["a = 1)", 'at character 6, ")"'],
    ["a in ()", 'at character 7, ")": expected a literal'],
    ["a not = 1", "expected 'in', 'between' or 'like'"],
    ["a like '%x'", "'like' takes the beginning of a text"],
    ["a like 'a_c%'", "'like' takes the beginning of a text"],
    ["a like b", "expected a text"],
    ["upper(a) = 'X'", "there are no functions here, such as upper"],
    ["a + 1 = 2", "expected 'and', 'or' or the end"],
    ["a = 'x", 'at character 5, "\'x": found a text without an end'],
    ["a = `x", "a name without an end"],
    ["1a = 2", "begins with a digit"],
    ["a = date '2023-02-29'", "this is no date"],
    ["a = timestamp 'noon'", "this is no timestamp"],
    ["a = X'0'", "pairs of hexadecimal digits"],
    ["a = double('1')", "this is for 'NaN'"],
    ["a = 1; drop", "what is no part of a predicate"],
    ["1 = 1", "expected a column"],
    ["1", "expected a comparison"],
    ["and", "expected a column"],
    [`${"(".repeat(1000)}a`, "nested too deep"],
  ])("%s is refused, with the place", (text, message) => {
    let error: unknown;
    try {
      parsePredicate(text);
    } catch (thrown) {
      error = thrown;
    }
    expect(isDeltaError(error, "INVALID_ARGUMENT") && error.message).toContain(message);
  });

  test("formatted and read again, a predicate is the same, and so it is through JSON", () => {
    const column = fc.oneof(
      fc.constantFrom("a", "a.b", "`x y`.`c``d`", "in", "größe"),
      fc.string({ minLength: 1 }).filter((name) => !/[.`]/.test(name)),
    );
    const scalar = fc.oneof<fc.Arbitrary<Literal>[]>(
      fc.constant({ type: "null" }),
      fc.record({ type: fc.constant("boolean"), value: fc.boolean() }),
      fc.record({ type: fc.constant("number"), value: fc.oneof(fc.double().map(String), fc.bigInt().map(String)) }),
      fc.record({ type: fc.constant("string"), value: fc.string({ unit: "binary" }) }),
      fc.record({ type: fc.constant("binary"), value: fc.constantFrom("", "00ff") }),
      fc.record({ type: fc.constant("date"), value: fc.constantFrom("2024-02-29") }),
      fc.record({ type: fc.constant("timestamp"), value: fc.constantFrom("2024-02-29T01:02:03.000004+05:30") }),
    );
    const { predicate } = fc.letrec<{ predicate: Predicate }>((tie) => ({
      predicate: fc.oneof(
        { maxDepth: 3 },
        fc.record({
          kind: fc.constant("comparison"),
          operator: fc.constantFrom("=", "!=", "<", "<=", ">", ">=", "<=>"),
          column,
          literal: scalar,
        }),
        fc.record({ kind: fc.constant("in"), column, literals: fc.array(scalar, { minLength: 1 }) }),
        fc.record({ kind: fc.constant("isNull"), column }),
        fc.record({ kind: fc.constant("startsWith"), column, prefix: fc.string({ unit: "binary" }) }),
        fc.record({ kind: fc.constant("constant"), value: fc.constantFrom(true, false, null) }),
        fc.array(tie("predicate"), { minLength: 2, maxLength: 3 }).map((of) => and(...of)),
        fc.array(tie("predicate"), { minLength: 2, maxLength: 3 }).map((of) => or(...of)),
        tie("predicate").map(not),
      ) as fc.Arbitrary<Predicate>,
    }));
    fc.assert(
      fc.property(predicate, (before) => {
        const text = formatPredicate(before);
        expect(formatPredicate(parsePredicate(text))).toBe(text);
        expect(JSON.parse(JSON.stringify(before))).toEqual(before);
      }),
      { numRuns: 1000, seed: 9 },
    );
  });
});
