import type { BadTable, FileKind, TableFile } from "./bad-table.js";
import { damage } from "./damage.js";
import { randomFrom } from "./random.js";

/** Column chunks whose pages have checksums: bytes of a data file. */
export interface CheckedBytes {
  readonly from: number;
  readonly to: number;
}

/** A table with other bytes in one of its files. */
export interface BadCase {
  readonly file: TableFile;
  readonly bytes: Uint8Array;
  /** Whether the rows are worth reading too: where the log is damaged, listing mostly says it all. */
  readonly rows: boolean;
  /** All damage is in bytes that a checksum covers. */
  readonly checked: boolean;
}

const TEXT: ReadonlySet<FileKind> = new Set(["commit", "compaction", "json checkpoint", "checksum", "hint"]);
const ROWS: ReadonlySet<FileKind> = new Set(["data", "change", "vector"]);

/** The case of a seed. Each kind of file has its turn as often as any other, however many there are of it. */
export function pickCase(table: BadTable, seed: number, checkedBytes: CheckedBytes | undefined): BadCase {
  const pick = randomFrom(seed);
  const kinds = [...new Set(table.files.map(({ kind }) => kind))];
  const kind = kinds[pick(kinds.length)]!;
  const files = table.files.filter((file) => file.kind === kind);
  const file = files[pick(files.length)]!;
  const checked = kind === "data" && checkedBytes !== undefined && pick(2) === 0;
  const bytes = damage(file.bytes, pick, { text: TEXT.has(kind), within: checked ? checkedBytes : undefined });
  return { file, bytes, rows: ROWS.has(kind) || pick(4) === 0, checked };
}
