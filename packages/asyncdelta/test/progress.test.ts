import { expect, it } from "vitest";
import { bar } from "../src/command/progress.js";

it("shows how many of the rows are out, and keeps its width", () => {
  expect(bar({ total: 4000, rows: 1000 }, 900)).toBe(`[${"#".repeat(8)}${" ".repeat(22)}] 1 000 of 4 000 rows, 0 s`);
  expect(bar({ total: 7_000_000, rows: 7_000_000 }, 61_500)).toBe(
    `[${"#".repeat(30)}] 7 000 000 of 7 000 000 rows, 61 s`,
  );
  expect(bar({ total: 0, rows: 0 }, 0)).toBe(`[${"#".repeat(30)}] 0 of 0 rows, 0 s`);
});

it("has no bar where nobody knows the total", () => {
  expect(bar({ total: undefined, rows: 123_456 }, 1000)).toBe("123 456 rows, 1 s");
});
