/**
 * Packs each package as it would be published and checks the result: publint (does it install and resolve?) and
 * are-the-types-wrong (do the types match? ESM only, so its CommonJS rows are left out).
 */
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { bin, CommandFailed, cache, pnpm, run } from "./workspace.mjs";

/** @returns {Promise<boolean>} whether every package is in order */
export async function checkPacks() {
  const folder = join(cache, "pack");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await pnpm(["--recursive", "--filter=./packages/*", "pack", `--pack-destination=${folder}`], { stdout: "pipe" });
  const packs = (await readdir(folder)).filter((name) => name.endsWith(".tgz"));
  if (packs.length === 0) throw new CommandFailed("nothing was packed");
  const verdicts = packs.flatMap((pack) => [
    check(pack, "publint", ["run", join(folder, pack), "--strict"]),
    check(pack, "attw", [join(folder, pack), "--profile=esm-only", "--no-emoji", "--format=ascii"]),
  ]);
  return (await Promise.all(verdicts)).every(Boolean);
}

async function check(pack, tool, args) {
  const { status, stdout } = await run(bin(tool), args, { stdout: "pipe", allowFailure: true });
  console.error(`${tool} ${pack}: ${status === 0 ? "in order" : `status ${status}\n${stdout}`}`);
  return status === 0;
}
