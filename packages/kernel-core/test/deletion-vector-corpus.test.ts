import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import type { DeletionVectorDescriptor } from "../src/actions/add-file.js";
import { encodeDeletionVector } from "../src/deletion-vector/deletion-vector.js";
import { loadDeletionVector } from "../src/deletion-vector/load-deletion-vector.js";
import type { Engine } from "../src/engine/engine.js";
import type { ByteRange, Storage } from "../src/engine/storage.js";
import { DeltaError } from "../src/errors.js";

const corpus = process.env.ASYNCDELTA_CORPUS;

/** Its origin ships the log alone. */
const WITHOUT_DATA = "table-with-dv-gigantic";

/** Reads local files; nothing else. */
const engine = {
  storage: {
    roundTrip: "cheap",
    readRanges: async (url: string, ranges: readonly ByteRange[]) => {
      const path = fileURLToPath(url);
      if (!existsSync(path)) throw new DeltaError("FILE_NOT_FOUND", "gone", { path: url });
      const bytes = new Uint8Array(readFileSync(path));
      return ranges.map(({ offset, length }) => bytes.slice(offset, offset + length));
    },
  } as Partial<Storage>,
} as unknown as Engine;

interface Expected {
  readonly numFilesWithDv?: number;
  readonly dvCardinality?: number;
  readonly files?: readonly { deletionVector?: DeletionVectorDescriptor & { offset: number | null } }[];
}

/** Descriptors in the JSON commits of a table, live or not. */
function descriptorsInLog(table: string): DeletionVectorDescriptor[] {
  const log = join(table, "_delta_log");
  const found = new Map<string, DeletionVectorDescriptor>();
  for (const name of readdirSync(log).filter((name) => /^\d{20}\.json$/.test(name))) {
    for (const line of readFileSync(join(log, name), "utf8").split("\n")) {
      if (!line.includes('"deletionVector"')) continue;
      const action = JSON.parse(line);
      const descriptor = (action.add ?? action.remove)?.deletionVector;
      if (descriptor) found.set(JSON.stringify(descriptor), withoutNull(descriptor));
    }
  }
  return [...found.values()];
}

function withoutNull({
  offset,
  ...rest
}: DeletionVectorDescriptor & { offset?: number | null }): DeletionVectorDescriptor {
  return offset === null || offset === undefined ? rest : { ...rest, offset };
}

const tables =
  corpus === undefined
    ? []
    : readdirSync(corpus).filter((name) => {
        const log = join(corpus, name, "table", "_delta_log");
        return existsSync(log) && descriptorsInLog(join(corpus, name, "table")).length > 0;
      });

describe.skipIf(corpus === undefined)("real deletion vectors", () => {
  it("are there", () => {
    expect(tables.length).toBeGreaterThanOrEqual(8);
  });

  for (const name of tables) {
    const table = join(corpus!, name, "table");
    const root = `${pathToFileURL(table).href}/`;

    it(`${name}: those of the log have their size, checksum and cardinality, and come back byte for byte`, async () => {
      for (const descriptor of descriptorsInLog(table)) {
        // Its last five characters are no Base85, by the corpus's own note.
        if (descriptor.pathOrInlineDv.endsWith("##093")) {
          await expect(loadDeletionVector(engine, root, descriptor)).rejects.toThrow("more than 32 bits");
          continue;
        }
        if (name === WITHOUT_DATA) {
          await expect(loadDeletionVector(engine, root, descriptor)).rejects.toThrow("gone");
          continue;
        }
        const vector = await loadDeletionVector(engine, root, descriptor);
        expect(vector.cardinality).toBe(descriptor.cardinality);
        expect(encodeDeletionVector(vector).length).toBe(descriptor.sizeInBytes);
      }
    });

    if (name === WITHOUT_DATA) continue;
    it(`${name}: those of live files delete as many rows as other readers found`, async () => {
      const expected: Expected = JSON.parse(readFileSync(join(corpus!, name, "expected.json"), "utf8"));
      const descriptors = (expected.files ?? []).flatMap(({ deletionVector }) => deletionVector ?? []).map(withoutNull);
      const vectors = await Promise.all(descriptors.map((one) => loadDeletionVector(engine, root, one)));
      expect(vectors.length).toBe(expected.numFilesWithDv);
      expect(vectors.reduce((sum, vector) => sum + vector.cardinality, 0)).toBe(expected.dvCardinality);
    });
  }
});
