import * as asyncdelta from "asyncdelta";
import { expect, it } from "vitest";

it("exports these names", () => {
  expect(Object.keys(asyncdelta).sort()).toMatchInlineSnapshot();
});

it("gives a table and a scan these members", () => {
  expect(Object.getOwnPropertyNames(asyncdelta.DeltaTable.prototype).sort()).toMatchInlineSnapshot();
  expect(Object.getOwnPropertyNames(asyncdelta.TableScan.prototype).sort()).toMatchInlineSnapshot();
});
