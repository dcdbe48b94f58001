import * as asyncdelta from "asyncdelta";
import { expect, it } from "vitest";

it("exports these names", () => {
  expect(Object.keys(asyncdelta).sort()).toMatchInlineSnapshot(`
    [
      "ChangeFeed",
      "DeltaError",
      "DeltaTable",
      "TableScan",
      "domainMetadata",
      "follow",
      "isDeltaError",
      "liveFiles",
      "loadSnapshot",
      "nodeEngine",
      "parseSchema",
      "planChanges",
      "planScan",
      "readChangeTask",
      "readChangeTasks",
      "readCommits",
      "readTask",
      "readTasks",
      "refreshSnapshot",
      "resolveTableUrl",
      "setTransactions",
      "typeName",
      "variantToJson",
    ]
  `);
});

it("gives a table and a scan these members", () => {
  expect(Object.getOwnPropertyNames(asyncdelta.DeltaTable.prototype).sort()).toMatchInlineSnapshot(`
    [
      "changes",
      "close",
      "constructor",
      "domainMetadata",
      "files",
      "follow",
      "history",
      "metadata",
      "protocol",
      "refresh",
      "scan",
      "schema",
      "setTransactions",
      "snapshot",
      "timestamp",
      "version",
    ]
  `);
  expect(Object.getOwnPropertyNames(asyncdelta.TableScan.prototype).sort()).toMatchInlineSnapshot(`
    [
      "arrowSchema",
      "constructor",
      "count",
      "deltaSchema",
      "plan",
    ]
  `);
});
