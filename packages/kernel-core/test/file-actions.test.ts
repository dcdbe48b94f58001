import { describe, expect, test } from "vitest";
import { parseCdcFile, parseRemoveFile } from "../src/actions/parse-file-action.js";
import { loadSnapshot } from "../src/snapshot/load-snapshot.js";
import { add, LogTable, lines, metadata, padded, protocol, ROOT, v2Protocol } from "./support/log-table.js";

const UUID = "80a083e8-7026-4e79-81be-64bd76c43a11";

describe("a size below zero", () => {
  test("of a file is LOG_CORRUPT, with the version", async () => {
    const table = new LogTable();
    table.commit(0, [protocol(), metadata()]);
    table.commit(1, [add("a", { size: -1 })]);
    const reading = loadSnapshot(table.engine, ROOT).then((snapshot) => table.paths(snapshot));
    await expect(reading).rejects.toMatchObject({ code: "LOG_CORRUPT", version: 1 });
  });

  test("of a change file is LOG_CORRUPT; of a removed file it is not known", () => {
    const at = { path: "log", version: 3 };
    const json = { path: "a", partitionValues: {}, size: -1, dataChange: true };
    expect(() => parseCdcFile(json, at)).toThrow(expect.objectContaining({ code: "LOG_CORRUPT", version: 3 }));
    expect(parseRemoveFile(json, at)).not.toHaveProperty("size");
  });

  test("of a sidecar is LOG_CORRUPT, with the version", async () => {
    const table = new LogTable();
    table.commit(1, [add("a")]);
    const sidecar = { path: "s.parquet", sizeInBytes: -1, modificationTime: 1 };
    const top = [{ checkpointMetadata: { version: 0 } }, v2Protocol(), metadata(), { sidecar }];
    table.put(`${padded(0)}.checkpoint.${UUID}.json`, lines(top));
    const reading = loadSnapshot(table.engine, ROOT).then((snapshot) => table.paths(snapshot));
    await expect(reading).rejects.toMatchObject({ code: "LOG_CORRUPT", version: 0 });
  });
});
