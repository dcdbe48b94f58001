import { isDeltaError, type ParquetFile } from "@asyncdelta/kernel-core";
import { describe, expect, it } from "vitest";
import { plainColumns } from "./arrow-plain.js";
import { cases } from "./parquet-cases.js";
import { fixtureBytes, fixtures, openBytes, readRows } from "./parquet-files.js";
import { rewriteParquet } from "./parquet-rewrite.js";
import { randomFrom } from "./random-from.js";

type Outcome = { readonly rows: number; readonly columns: unknown[][] } | { readonly code: string };

async function outcomeOf(bytes: Uint8Array, use: (file: ParquetFile) => Promise<Outcome> = readAll): Promise<Outcome> {
  try {
    return await use((await openBytes(bytes)).file);
  } catch (error) {
    if (isDeltaError(error)) return { code: error.code };
    throw error;
  }
}

async function readAll(file: ParquetFile): Promise<Outcome> {
  const { batches, rows } = await readRows(file, { batchRows: 50 });
  expect(rows).toBe(file.numRows);
  return { rows, columns: plainColumns(batches) };
}

const damaged = fixtures().filter(({ name, expected }) => expected.rows > 0 && !name.startsWith("encoding-split"));

describe("a damaged Parquet file", () => {
  it.each(damaged)("gives $name whole or a typed error, wherever it is cut off", async ({ name }) => {
    const bytes = fixtureBytes(name);
    const random = randomFrom(1);
    for (let i = 0; i < cases(10); i++) {
      expect(await outcomeOf(bytes.slice(0, random(bytes.length)))).toEqual({ code: "FILE_CORRUPT" });
    }
  });

  it.each(damaged)(
    "gives as many rows of $name as it says, or a typed error, whichever bits are flipped",
    async ({ name, expected }) => {
      const bytes = fixtureBytes(name);
      const random = randomFrom(2);
      let failures = 0;
      for (let i = 0; i < cases(30); i++) {
        const copy = bytes.slice();
        for (let flips = 1 + random(3); flips > 0; flips--) copy[random(copy.length)]! ^= 1 << random(8);
        const outcome = await outcomeOf(copy);
        if ("code" in outcome) {
          expect(["FILE_CORRUPT", "TYPE_MISMATCH"]).toContain(outcome.code);
          failures++;
        } else {
          // Which columns there are is for the footer to say; each has all rows.
          for (const column of outcome.columns) expect(column).toHaveLength(outcome.rows);
          expect(outcome.rows).toBe(expected.rows);
        }
      }
      expect(failures).toBeGreaterThan(0);
    },
  );

  it("is noticed wherever its pages have checksums", async () => {
    const bytes = fixtureBytes("codec-snappy");
    const { columns } = (await outcomeOf(bytes)) as { columns: unknown[][] };
    const { file } = await openBytes(bytes);
    const chunks = file.rowGroups[0]!.columns;
    const random = randomFrom(3);
    let failures = 0;
    for (let i = 0; i < 200; i++) {
      const { offset, compressedSize } = chunks[random(chunks.length)]!;
      const copy = bytes.slice();
      copy[offset + random(compressedSize)]! ^= 1 << random(8);
      const outcome = await outcomeOf(copy);
      if ("code" in outcome) failures++;
      // What was not noticed did no harm: a bit of a page header that nobody needs.
      else expect(outcome.columns).toEqual(columns);
    }
    expect(failures).toBeGreaterThan(100);
  });

  it("names the column that cannot be decoded", async () => {
    const bytes = fixtureBytes("codec-snappy");
    const { file } = await openBytes(bytes);
    const { offset, compressedSize } = file.rowGroups[0]!.columns.find(({ path }) => path[0] === "text")!;
    const copy = bytes.slice();
    copy[offset + compressedSize - 1]! ^= 1;
    const reading = readRows((await openBytes(copy)).file);
    await expect(reading).rejects.toMatchObject({ code: "FILE_CORRUPT", column: "text" });
    await expect(reading).rejects.toThrow(/checksum/);
  });

  it("is not believed about sizes: no memory is taken for what cannot be", async () => {
    const lies = rewriteParquet(fixtureBytes("codec-snappy"), {
      edit: ({ row_groups: [group] }) => {
        for (const { meta_data: meta } of group!.columns) meta!.total_uncompressed_size = 1n << 50n;
      },
    });
    expect(await outcomeOf(lies)).toMatchObject({ rows: 60 });
  });

  it("is noticed when its pages end before the rows of the footer", async () => {
    const short = rewriteParquet(fixtureBytes("flat"), {
      edit: (metadata) => {
        metadata.num_rows = 20n;
        metadata.row_groups[0]!.num_rows = 20n;
        for (const { meta_data: meta } of metadata.row_groups[0]!.columns) meta!.num_values = 20n;
      },
    });
    expect(await outcomeOf(short)).toEqual({ code: "FILE_CORRUPT" });
  });

  it("is noticed when its pages go on after the rows of the footer", async () => {
    const long = rewriteParquet(fixtureBytes("nested"), {
      edit: (metadata) => {
        metadata.num_rows = 3n;
        metadata.row_groups[0]!.num_rows = 3n;
      },
    });
    const lists = async (file: ParquetFile) => readAll(file);
    expect(await outcomeOf(long, lists)).toEqual({ code: "FILE_CORRUPT" });
  });
});
