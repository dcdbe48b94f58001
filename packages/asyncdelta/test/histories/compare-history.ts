import { copyFile, mkdir, readdir, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { DeltaTable, type Engine, isDeltaError } from "asyncdelta";
import { compareFeeds } from "./compare-feeds.js";
import { compareVersion } from "./compare-version.js";
import { Findings } from "./findings.js";
import { type History, loadHistory, type VersionRecord } from "./history.js";

/** Reads a history in every way there is, and returns what differs from what was written down of it. */
export async function compareHistory(folder: string, engine: Engine): Promise<Findings> {
  const history = loadHistory(folder);
  const findings = new Findings();
  findings.count("histories");
  await findings.part("growing", () => compareGrowing(history, engine, findings));
  await findings.part("whole", () => compareWhole(history, engine, findings));
  await findings.part("left", () => compareLeft(history, engine, findings));
  return findings;
}

/** The table as a reader sees it that holds it open from the first version on, and refreshes it after each commit. */
async function compareGrowing(history: History, engine: Engine, findings: Findings): Promise<void> {
  const root = join(history.folder, "growing");
  const log = join(root, "_delta_log");
  await rm(root, { recursive: true, force: true });
  await mkdir(log, { recursive: true });
  const whole = join(history.folder, "whole");
  for (const name of await readdir(whole)) {
    if (name !== "_delta_log") await symlink(join("../whole", name), join(root, name));
  }
  let table: DeltaTable | undefined;
  for (const expected of history.versions) {
    const step = join(history.folder, "log", String(expected.version));
    const commit = `${String(expected.version).padStart(20, "0")}.json`;
    await copyFile(join(step, commit), join(log, commit));
    if (table === undefined) table = await DeltaTable.open(root, { engine });
    else findings.same(`refresh to version ${expected.version}, moved`, await table.refresh(), true);
    await compareVersion(table, expected, findings, "refreshed");
    for (const name of await readdir(step)) if (name !== commit) await copyFile(join(step, name), join(log, name));
    findings.same(`refresh at version ${expected.version}, moved`, await table.refresh(), false);
  }
}

/** Every version, its history and its feeds, with all files that ever were still there. */
async function compareWhole(history: History, engine: Engine, findings: Findings): Promise<void> {
  const root = join(history.folder, "whole");
  for (const expected of history.versions) {
    await findings.part(`opening version ${expected.version}`, async () => {
      const table = await DeltaTable.open(root, { version: expected.version, engine });
      await compareVersion(table, expected, findings, "opened");
    });
  }
  const table = await DeltaTable.open(root, { engine });
  findings.same("latest version", table.version, history.versions.at(-1)?.version);
  const commits: [number, unknown][] = [];
  for await (const { version, commitInfo } of table.history()) commits.push([version, commitInfo?.operation]);
  findings.same("history", commits, history.end.history);
  await compareFeeds(table, history, findings);
}

/** The table as the history leaves it: its log cleaned, its files vacuumed. What is gone is an error, never fewer rows. */
async function compareLeft(history: History, engine: Engine, findings: Findings): Promise<void> {
  const root = join(history.folder, "table");
  for (const expected of history.versions) {
    const left = history.end.left[expected.version]!;
    findings.count(`versions left: ${left}`);
    const what = `version ${expected.version}, of which the writer left: ${left}`;
    await findings.part(what, async () => {
      if (left === "no log") return refuses(root, expected, engine, findings, what);
      const table = await DeltaTable.open(root, { version: expected.version, engine });
      if (left === "whole") await compareVersion(table, expected, findings, "left");
      else await failsToRead(table, findings, what);
    });
  }
}

/** A version whose log is cleaned is refused; where enough is left after all, it must be right. */
async function refuses(
  root: string,
  expected: VersionRecord,
  engine: Engine,
  findings: Findings,
  what: string,
): Promise<void> {
  try {
    const table = await DeltaTable.open(root, { version: expected.version, engine });
    await compareVersion(table, expected, findings, what);
  } catch (error) {
    const known = isDeltaError(error, "LOG_GAP") || isDeltaError(error, "VERSION_NOT_FOUND");
    if (!known) throw error;
  }
}

async function failsToRead(table: DeltaTable, findings: Findings, what: string): Promise<void> {
  try {
    for await (const _ of table.scan());
    findings.same(`${what}, reading it`, "ends as if all rows were there", "fails");
  } catch (error) {
    if (!isDeltaError(error, "FILE_NOT_FOUND")) throw error;
  }
}
