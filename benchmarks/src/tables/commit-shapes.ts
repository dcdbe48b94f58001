import { addLine, commitInfoLine, commitTime, headerLines, removeLine } from "./action-lines.js";
import { checkpointFields } from "./checkpoint-types.js";
import { type FileRow, fileRows } from "./file-row.js";
import { MersenneTwister } from "./mersenne-twister.js";
import { padded, type TableFacts, type TableFolder, Tally } from "./table-folder.js";
import { writeCheckpoint } from "./write-checkpoint.js";

/** All files in the first commit, and nothing else. */
export async function oneCommitTable(folder: TableFolder, files: number): Promise<TableFacts> {
  const tally = new Tally(folder.told);
  const stream = fileRows(folder.seed, files);
  function* pieces(): Generator<string> {
    yield commitInfoLine(0) + headerLines(folder.seed, false);
    let lines: string[] = [];
    for (const row of tally.watch(stream, files)) {
      lines.push(addLine(row));
      if (lines.length < 500) continue;
      yield lines.join("");
      lines = [];
    }
    yield lines.join("");
  }
  await folder.commitPieces(0, pieces());
  return { version: 0, files: tally.files, size: tally.size };
}

export interface TailShape {
  /** Files in the checkpoint. */
  readonly files: number;
  /** Version of the checkpoint. */
  readonly at: number;
  /** Commits behind it, each with a new file; every tenth also removes one. */
  readonly commits: number;
  /** How many commits behind the checkpoint a checksum file lies. */
  readonly checksumAt?: number;
}

/** A checkpoint, and commits behind it. */
export async function tailTable(folder: TableFolder, shape: TailShape): Promise<TableFacts> {
  const { files, at, commits, checksumAt } = shape;
  const tally = new Tally(folder.told);
  const stream = fileRows(folder.seed, files + commits);
  const live = [...tally.watch(stream, files)];
  const path = folder.path(`${padded(at)}.checkpoint.parquet`);
  const content = { fields: checkpointFields("classic", false), head: folder.head(), files: live };
  const { rows, bytes } = await writeCheckpoint(path, content);
  await folder.commit(at, commitInfoLine(at) + addLine(live.at(-1)!));
  await folder.lastCheckpoint({ version: at, size: rows, sizeInBytes: bytes, numOfAddFiles: files });
  const pick = new MersenneTwister(folder.seed ^ 0xdead);
  for (let k = 1; k <= commits; k++) {
    const version = at + k;
    let body = commitInfoLine(version);
    if (k % 10 === 0) {
      const index = pick.below(live.length);
      const gone = live[index]!;
      live[index] = live.at(-1)!;
      live.pop();
      body += removeLine(gone, commitTime(version));
      tally.remove(gone);
    }
    for (const row of tally.watch(stream, 1)) {
      live.push(row);
      body += addLine(row);
    }
    await folder.commit(version, body);
    if (checksumAt === k) await folder.checksum(version, tally);
  }
  return { version: at + commits, files: tally.files, size: tally.size };
}

export interface CommitsShape {
  /** Commits from version 0 on, each with a new file. */
  readonly commits: number;
  /** A checkpoint after so many commits, again and again. */
  readonly every?: number;
  /** A checksum file beside every commit. */
  readonly checksums?: boolean;
}

/** Many commits, with checkpoints on the way or without. */
export async function commitsTable(folder: TableFolder, shape: CommitsShape): Promise<TableFacts> {
  const { commits, every, checksums = false } = shape;
  const tally = new Tally(folder.told);
  const stream = fileRows(folder.seed, commits);
  const fields = checkpointFields("classic", false);
  const live: FileRow[] = [];
  for (let version = 0; version < commits; version++) {
    let body = commitInfoLine(version);
    if (version === 0) body += headerLines(folder.seed, false);
    for (const row of tally.watch(stream, 1)) {
      live.push(row);
      body += addLine(row);
    }
    await folder.commit(version, body);
    if (checksums) await folder.checksum(version, tally);
    if (every === undefined || version === 0 || version % every !== 0) continue;
    const path = folder.path(`${padded(version)}.checkpoint.parquet`);
    const { rows, bytes } = await writeCheckpoint(path, { fields, head: folder.head(), files: live });
    await folder.lastCheckpoint({ version, size: rows, sizeInBytes: bytes, numOfAddFiles: rows - 2 });
  }
  return { version: commits - 1, files: tally.files, size: tally.size };
}
