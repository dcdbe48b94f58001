/**
 * `npm start`: installs, builds, and runs the main job on an example table; `npm start -- ARGUMENTS` runs the
 * `asyncdelta` command with them instead. Only the program's own output goes to standard output.
 */
import { join } from "node:path";
import { build, main, root, run } from "./workspace.mjs";

await main(async () => {
  await build();
  const args = process.argv.slice(2);
  const program = args.length === 0 ? "examples/dist/main-job.js" : "packages/asyncdelta/dist/cli.js";
  const { status } = await run(process.execPath, [join(root, program), ...args], {
    // Relative paths among the arguments are meant from where npm was called.
    cwd: args.length === 0 ? root : (process.env.INIT_CWD ?? root),
    stdin: "inherit",
    stdout: "inherit",
    allowFailure: true,
  });
  return status;
});
