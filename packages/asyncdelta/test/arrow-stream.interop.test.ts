import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { asyncdelta, TRIPS } from "./cli.js";
import { wideTable } from "./tables.js";

const PYTHON = process.env.ASYNCDELTA_PYTHON ?? "python3";

/** What pyarrow makes of an Arrow stream: rows, columns with their types, and a sum; or its error. */
function pyarrow(stream: Buffer): { rows?: number; types?: string[]; error?: string } {
  const script = `
import json, sys, pyarrow as pa
try:
    table = pa.ipc.open_stream(sys.stdin.buffer).read_all()
    table.validate(full=True)
    print(json.dumps({"rows": table.num_rows, "types": [f"{f.name} {f.type}" for f in table.schema]}))
except pa.ArrowInvalid as error:
    print(json.dumps({"error": str(error)}))`;
  const { stdout, stderr, status } = spawnSync(PYTHON, ["-c", script], { input: stream });
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
