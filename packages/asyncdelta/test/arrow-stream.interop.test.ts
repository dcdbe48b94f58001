import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { python, scriptArguments } from "../../engine-node/test/interop/python.js";
import { asyncdelta, TRIPS } from "./cli.js";
import { wideTable } from "./tables.js";

const SCRIPT = new URL("./judged/arrow_stream.py", import.meta.url);

/** What pyarrow makes of an Arrow stream: rows, columns with their types, and a sum; or its error. */
function pyarrow(stream: Buffer): { rows?: number; types?: string[]; error?: string } {
  const { stdout, stderr, status } = spawnSync(python, scriptArguments(SCRIPT), { input: stream });
  if (status !== 0) throw new Error(stderr.toString());
  return JSON.parse(stdout.toString());
}

describe("the command's Arrow stream, as pyarrow reads it", () => {
  it("is whole and valid", async () => {
    const { stdout } = await asyncdelta("read", TRIPS, "--format", "arrow");
    expect(pyarrow(stdout)).toEqual({
      rows: 117,
      types: [
        "id int64",
        "pickup timestamp[us, tz=UTC]",
        "passengers int32",
        "distance double",
        "fare decimal128(10, 2)",
        "city string",
        "tip decimal128(10, 2)",
      ],
    });
  });

  it("is refused where an error cut it short", async () => {
    const { status, stdout } = await asyncdelta("read", await wideTable(40, [39]), "--format", "arrow");
    expect(status).toBe(1);
    expect(pyarrow(stdout).error).toMatch(/Expected to read 64 metadata bytes/);
  });
});
