/** A Python of our own in `.cache/venv`, with the two packages that the interop tests compare with. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CommandFailed, cache, root, run } from "./workspace.mjs";

/** @returns {Promise<string>} the interpreter */
export async function python() {
  const venv = join(cache, "venv");
  const interpreter = join(venv, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
  const requirements = join(root, ".ci/interop-requirements.txt");
  const stamp = join(venv, "requirements.sha256");
  const wanted = createHash("sha256")
    .update(await readFile(requirements))
    .digest("hex");
  if (existsSync(interpreter) && (await readFile(stamp, "utf8").catch(() => "")) === wanted) return interpreter;
  console.error("Preparing Python…");
  await rm(venv, { recursive: true, force: true });
  await run(await systemPython(), ["-m", "venv", venv]);
  await run(interpreter, ["-m", "pip", "install", "--quiet", "--requirement", requirements]);
  await writeFile(stamp, wanted);
  return interpreter;
}

async function systemPython() {
  const probe = ["-c", "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))"];
  for (const name of ["python3", "python"]) {
    const { status } = await run(name, probe, { allowFailure: true }).catch(() => ({ status: 1 }));
    if (status === 0) return name;
  }
  throw new CommandFailed("The interop tests need Python 3.10 or later with venv and ensurepip.");
}
