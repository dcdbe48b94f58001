import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type FileMetaData, parquetMetadata } from "hyparquet";
import { describe, expect, it } from "vitest";
import { bytesOf, chunkRange } from "../dist/parquet/chunk-range.js";
import { gatherFile } from "../dist/parquet/gather-file.js";
import { arrowSchema } from "../dist/parquet/schema/arrow-schema.js";
import { readSchema } from "../dist/parquet/schema/read-schema.js";
import { leavesOf } from "../dist/parquet/schema/schema-node.js";
import { planFile } from "../dist/parquet/wasm-file.js";
import { findPages } from "../dist/parquet/wasm-pages.js";
import { showSchema } from "../dist/parquet/wasm-schema.js";
import { fixtureBytes, fixtures } from "./parquet-files.js";

/** Rewrites a row group for parquet-wasm, keeping every `step`th leaf that may be kept alone. */
function rewrite(bytes: Uint8Array, metadata: FileMetaData, rowGroup: number, step: number) {
  const root = readSchema(metadata.schema);
  const children = root.children.filter((_, index) => index % step === 0);
  const selected = leavesOf({ ...root, children });
  const paths = selected.map(({ path }) => path);
  const shown = showSchema(metadata.schema, paths, arrowSchema({ ...root, children }));
  const group = metadata.row_groups[rowGroup]!;
  const chunks = shown.leaves.map(({ index, isRepeated }) => {
    const meta = group.columns[index]!.meta_data!;
    const chunk = bytesOf([{ offset: 0, bytes }], chunkRange(meta));
    const cut = (index * 7919 + step * 104_729) % (chunk.length + 1);
    // Part of it in shared memory, part not, as the end of a file is.
    return { meta, pages: findPages([shared(chunk.subarray(0, cut)), chunk.subarray(cut)], meta, isRepeated) };
  });
  const end = Number(group.num_rows);
  const { file } = planFile(shown, { start: 0, end, isWhole: true, chunks }, (length) =>
    shared(new Uint8Array(length)),
  );
  return { bytes: gatherFile(file), group, paths };
}

function shared(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}

/** What another reader must find in the rewritten file. */
function check(bytes: Uint8Array, step: number): number {
  const metadata = parquetMetadata(bytes, { geoparquet: false });
  for (const rowGroup of metadata.row_groups.keys()) {
    const { bytes: small, group, paths } = rewrite(bytes, metadata, rowGroup, step);
    const shown = parquetMetadata(small, { geoparquet: false });
    expect(shown.num_rows).toBe(group.num_rows);
    expect(shown.key_value_metadata).toBeUndefined();
    expect(shown.row_groups).toHaveLength(1);
    const columns = shown.row_groups[0]!.columns.map(({ meta_data: meta }) => meta!);
    expect(columns.map(({ path_in_schema }) => path_in_schema)).toEqual(paths);
    expect(leavesOf(readSchema(shown.schema)).map(({ path }) => path)).toEqual(paths);
    const real = new Map(group.columns.map(({ meta_data: meta }) => [meta!.path_in_schema.join("\0"), meta!]));
    const originals = columns.map((meta) => real.get(meta.path_in_schema.join("\0"))!);
    expect(columns.map(({ type, codec, num_values, statistics }) => [type, codec, num_values, statistics])).toEqual(
      originals.map(({ type, codec, num_values }) => {
        return [type === "INT96" ? "FIXED_LEN_BYTE_ARRAY" : type, codec, num_values, undefined];
      }),
    );
    for (const [index, meta] of columns.entries()) {
      const moved = bytesOf([{ offset: 0, bytes: small }], chunkRange(meta));
      const { offset } = chunkRange(originals[index]!);
      if (Buffer.compare(moved, bytes.subarray(offset, offset + moved.length)) !== 0) {
        expect.fail(`the pages of ${meta.path_in_schema.join(".")} have changed`);
      }
    }
  }
  return metadata.row_groups.length;
}

describe("a footer written for parquet-wasm", () => {
  it.each(fixtures().filter(({ expected }) => expected.rows > 0))("says of $name what is selected", ({ name }) => {
    for (const step of [1, 2, 3]) expect(check(fixtureBytes(name), step)).toBeGreaterThan(0);
  });

  const corpus = process.env.ASYNCDELTA_CORPUS;
  it.skipIf(corpus === undefined)(
    "says of every real file what is selected",
    () => {
      let groups = 0;
      const names = readdirSync(corpus!, { recursive: true, encoding: "utf8" }).sort();
      for (const name of names.filter((name) => name.endsWith(".parquet"))) {
        const bytes = new Uint8Array(readFileSync(join(corpus!, name)));
        if (bytes.length > 0) groups += check(bytes, 1 + (groups % 4));
      }
      expect(groups).toBeGreaterThan(500);
    },
    60_000,
  );
});
