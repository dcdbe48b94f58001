import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { python, scriptArguments } from "./python.js";

const folder = await mkdtemp(join(tmpdir(), "asyncdelta-python-"));
afterAll(() => rm(folder, { recursive: true }));

/** An end of the interpreter that crashes, as that of a reader whose threads are still there. */
const CRASHING_END = "import atexit, os\natexit.register(os.abort)\n";

async function run(body: string, ...args: string[]): Promise<{ status: number | null; out: string; errors: string }> {
  const script = join(folder, "script.py");
  await writeFile(script, CRASHING_END + body);
  const { status, stdout, stderr } = spawnSync(python, scriptArguments(script, ...args), { encoding: "utf8" });
  return { status, out: stdout, errors: stderr };
}

test("a script that has said all is right, however its interpreter would end", async () => {
  const body = "import sys\nprint(__name__, sys.argv[1:], sys.path[0])\nprint('x' * 1_000_000)";
  const { status, out } = await run(body, "a", "b c");
  expect(status).toBe(0);
  expect(out).toBe(`__main__ ['a', 'b c'] ${folder}\n${"x".repeat(1_000_000)}\n`);
});

test.each([
  ["an exception", "print('half')\nraise ValueError('no such table')", 1, /ValueError: no such table/],
  ["an exit status", "import sys\nprint('half')\nsys.exit(3)", 3, /^$/],
  ["an exit with words", "import sys\nprint('half')\nsys.exit('no such table')", 1, /^no such table$/m],
  ["a crash", "import os\nprint('half', flush=True)\nos.abort()", null, /^$/],
  ["words that do not compile", "print('half'", 1, /SyntaxError/],
])("a script that ends by %s fails", async (_, body, expected, errors) => {
  const answer = await run(body);
  expect(answer.status).toBe(expected);
  expect(answer.errors).toMatch(errors);
});
