import { expect, it } from "vitest";
import { bar } from "../src/command/progress.js";

it("shows files, rows and seconds, and keeps its width", () => {
  expect(bar({ total: 0, begun: 0, rows: 0 }, 900)).toBe(`[${" ".repeat(30)}] planning, 0 rows, 0 s`);
  expect(bar({ total: 4, begun: 1, rows: 1_234_567 }, 61_500)).toBe(
    `[${"#".repeat(8)}${" ".repeat(22)}] 1 of 4 files, 1 234 567 rows, 61 s`,
  );
  expect(bar({ total: 4, begun: 4, rows: 999 }, 0)).toContain(`[${"#".repeat(30)}] 4 of 4 files, 999 rows`);
});
