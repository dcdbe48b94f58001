import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { addLine, commitInfoLine, commitTime, headerLines } from "./action-lines.js";
import { checkpointFields } from "./checkpoint-types.js";
import { type FileRow, fileRows } from "./file-row.js";
import { MersenneTwister, uuid } from "./mersenne-twister.js";
import { padded, type TableFacts, type TableFolder, Tally } from "./table-folder.js";
import { BATCH_ROWS, writeCheckpoint } from "./write-checkpoint.js";

export interface CheckpointShape {
  readonly files: number;
  readonly parts?: number;
  /** With `partitionValues_parsed` and `stats_parsed` beside the text. */
  readonly parsed?: boolean;
  /** Files in the order of their partitions, and so many of them in a row group, so that a reader can leave some out. */
  readonly sortedGroups?: number;
}

/** A version; what lies before it is in the checkpoint. */
const VERSION = 10;

/** A classic checkpoint of all files, in one file or several, and the commit of its version. */
export async function checkpointTable(folder: TableFolder, shape: CheckpointShape): Promise<TableFacts> {
  const { files, parts = 1, parsed = false, sortedGroups } = shape;
  const tally = new Tally(folder.told);
  const fields = checkpointFields("classic", parsed);
  const stream = fileRows(folder.seed, files);
  let last: FileRow | undefined;
  let [rows, bytes] = [0, 0];
  for (let part = 0; part < parts; part++) {
    const middle = parts === 1 ? "" : `.${padded(part + 1, 10)}.${padded(parts, 10)}`;
    const path = folder.path(`${padded(VERSION)}.checkpoint${middle}.parquet`);
    const watched = remember(tally.watch(stream, share(files, parts, part)), (row) => {
      last = row;
    });
    const written = await writeCheckpoint(path, {
      fields,
      head: part === 0 ? folder.head() : [],
      files: sortedGroups === undefined ? watched : await sorted(watched),
      groupRows: sortedGroups,
    });
    rows += written.rows;
    bytes += written.bytes;
  }
  await folder.commit(VERSION, commitInfoLine(VERSION) + addLine(last!));
  const hint = { version: VERSION, size: rows, sizeInBytes: bytes, numOfAddFiles: files };
  await folder.lastCheckpoint(parts > 1 ? { ...hint, parts } : hint);
  return { version: VERSION, files: tally.files, size: tally.size };
}

/** A V2 checkpoint whose files are in sidecars; its top level is Parquet or JSON. */
export async function sidecarTable(
  folder: TableFolder,
  { files, sidecars, top }: { readonly files: number; readonly sidecars: number; readonly top: "parquet" | "json" },
): Promise<TableFacts> {
  const tally = new Tally(folder.told);
  const random = new MersenneTwister(folder.seed ^ 0xc0ffee);
  const stream = fileRows(folder.seed, files);
  await mkdir(folder.path("_sidecars"));
  let last: FileRow | undefined;
  const listed: object[] = [];
  for (let i = 0; i < sidecars; i++) {
    const name = `${uuid(random.hex128())}.parquet`;
    const watched = remember(tally.watch(stream, share(files, sidecars, i)), (row) => {
      last = row;
    });
    const content = { fields: checkpointFields("sidecar", false), head: [], files: watched };
    const { bytes } = await writeCheckpoint(join(folder.path("_sidecars"), name), content);
    listed.push({ path: name, sizeInBytes: bytes, modificationTime: commitTime(VERSION), tags: {} });
  }
  const name = `${padded(VERSION)}.checkpoint.${uuid(random.hex128())}.${top}`;
  const bytes = await writeTop(folder, name, listed);
  await folder.commit(VERSION, commitInfoLine(VERSION) + addLine(last!));
  const v2Checkpoint = {
    path: name,
    sizeInBytes: bytes,
    modificationTime: commitTime(VERSION),
    sidecarFiles: listed,
  };
  const size = files + 3 + sidecars;
  await folder.lastCheckpoint({ version: VERSION, size, sizeInBytes: bytes, numOfAddFiles: files, v2Checkpoint });
  return { version: VERSION, files: tally.files, size: tally.size };
}

async function writeTop(folder: TableFolder, name: string, sidecars: readonly object[]): Promise<number> {
  const metadata = { version: VERSION, tags: {} };
  if (name.endsWith(".parquet")) {
    const head: [string, readonly object[]][] = [
      ...folder.head(true),
      ["checkpointMetadata", [metadata]],
      ["sidecar", sidecars],
    ];
    const content = { fields: checkpointFields("v2", false), head, files: [] };
    return (await writeCheckpoint(folder.path(name), content)).bytes;
  }
  const lines = [{ checkpointMetadata: metadata }, ...sidecars.map((sidecar) => ({ sidecar }))];
  const [first, ...rest] = lines.map((line) => `${JSON.stringify(line)}\n`);
  return folder.write(name, first + headerLines(folder.seed, true) + rest.join(""));
}

/** How many of `total` the part number `index` of `parts` gets. */
function share(total: number, parts: number, index: number): number {
  return Math.floor(total / parts) + (index < total % parts ? 1 : 0);
}

function* remember(rows: Iterable<FileRow>, note: (row: FileRow) => void): Generator<FileRow> {
  for (const row of rows) {
    note(row);
    yield row;
  }
}

/** All rows by partition; an interrupt is heard while they are made. */
async function sorted(rows: Iterable<FileRow>): Promise<FileRow[]> {
  const key = ({ region, date, least }: FileRow): string => `${region} ${date} ${padded(least.id)}`;
  const keyed: { readonly key: string; readonly row: FileRow }[] = [];
  for (const row of rows) {
    if (keyed.push({ key: key(row), row }) % BATCH_ROWS === 0) await turn();
  }
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ row }) => row);
}
