import { isDeltaError } from "@asyncdelta/kernel-core";
import { expect, it } from "vitest";
import { parseTimestamp } from "../src/parse-timestamp.js";

it("reads dates, milliseconds and ISO 8601 text, and takes text without a zone as UTC", () => {
  const noon = Date.UTC(2024, 1, 29, 12);
  expect(parseTimestamp(new Date(noon))).toBe(noon);
  expect(parseTimestamp(noon + 0.75)).toBe(noon);
  for (const text of [
    "2024-02-29T12:00:00Z",
    "2024-02-29 12:00",
    "2024-02-29T12:00:00.000999",
    "2024-02-29T13:30:00+01:30",
    "2024-02-29 12:00:00 UTC",
    "2024-02-29T07:00:00-0500",
    "2024-02-29T14:00+02",
  ]) {
    expect([text, parseTimestamp(text)]).toEqual([text, noon]);
  }
  expect(parseTimestamp("2024-02-29")).toBe(noon - 12 * 3_600_000);
  expect(parseTimestamp("1969-12-31T23:59:59.999Z")).toBe(-1);
});

it("takes no number for milliseconds that no Date can be, as one in nanoseconds", () => {
  expect([parseTimestamp(8.64e15), parseTimestamp(-8.64e15)]).toEqual([8.64e15, -8.64e15]);
  for (const value of [1.77e18, -1.77e18, 8.64e15 + 1]) {
    expect(() => parseTimestamp(value)).toThrowError(/milliseconds/);
  }
});

it("refuses everything else", () => {
  const wrong = [
    "",
    "yesterday",
    "2023-02-29",
    "2024-13-01",
    "2024-02-29T25:00",
    "2024-2-9",
    "1709208000",
    new Date(Number.NaN),
  ];
  for (const value of [...wrong, Number.NaN, Number.POSITIVE_INFINITY, 1.77e18, null, {}] as never[]) {
    try {
      expect(parseTimestamp(value)).toBe("refused");
    } catch (error) {
      expect([value, isDeltaError(error, "INVALID_ARGUMENT")]).toEqual([value, true]);
    }
  }
});
