import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { READINGS } from "./cli.js";

export async function scratch(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "asyncdelta-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A copy of the example table `readings` to spoil: ten commits, a file of three rows in each. */
export async function readingsCopy(): Promise<string> {
  const folder = await scratch();
  await cp(READINGS, folder, { recursive: true });
  return folder;
}

export function commitPath(table: string, version: number): string {
  return join(table, "_delta_log", `${String(version).padStart(20, "0")}.json`);
}

export async function commitActions(table: string, version: number): Promise<Record<string, never>[]> {
  const text = await readFile(commitPath(table, version), "utf8");
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

export async function editCommit(
  table: string,
  version: number,
  edit: (actions: Record<string, never>[]) => object[],
): Promise<void> {
  const actions = edit(await commitActions(table, version));
  await writeFile(commitPath(table, version), actions.map((action) => `${JSON.stringify(action)}\n`).join(""));
}

/** A copy of `readings` that records its changes from the first version on. */
export async function readingsWithFeed(): Promise<string> {
  const folder = await readingsCopy();
  await editCommit(folder, 0, (actions) =>
    actions.map((action) => {
      if ("protocol" in action) {
        const protocol = action.protocol as { writerFeatures: string[] };
        return { protocol: { ...protocol, writerFeatures: [...protocol.writerFeatures, "changeDataFeed"] } };
      }
      if (!("metaData" in action)) return action;
      const metaData = action.metaData as { configuration: object };
      const configuration = { ...metaData.configuration, "delta.enableChangeDataFeed": "true" };
      return { metaData: { ...metaData, configuration } };
    }),
  );
  return folder;
}

/**
 * A table of one commit and many files, each a link to a file of `readings`: three rows in each.
 * The names in `broken` lead nowhere.
 */
export async function wideTable(files: number, broken: readonly number[] = []): Promise<string> {
  const folder = await readingsCopy();
  const name = (await readdir(folder)).find((file) => file.endsWith(".parquet"))!;
  const [commitInfo, protocol, metaData, add] = await commitActions(folder, 0);
  for (let version = 1; version < 10; version++) await rm(commitPath(folder, version));
  const adds: object[] = [];
  for (let i = 0; i < files; i++) {
    const path = `link-${String(i).padStart(5, "0")}.parquet`;
    if (!broken.includes(i)) await symlink(name, join(folder, path));
    adds.push({ add: { ...(add as unknown as { add: object }).add, path } });
  }
  await editCommit(folder, 0, () => [commitInfo!, protocol!, metaData!, ...adds]);
  return folder;
}
