import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";

const MODULE = new URL("../dist/tune-for-reading.js", import.meta.url).href;

// When V8 collects is up to it, and cannot be counted reliably; a flag that it does not know, it complains of.
it.each([[""], ["{ once: true }"]])("tells this V8 something that it understands: tuneForReading(%s)", (options) => {
  const program = `import { tuneForReading } from ${JSON.stringify(MODULE)}; tuneForReading(${options}); console.log("done");`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
  expect([stdout, stderr]).toEqual(["done\n", ""]);
});

/** Prints what a program of a process of its own gives as JSON. */
function run(program: string): unknown {
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
  expect(stderr).toBe("");
  return JSON.parse(stdout);
}

const POOL = new URL("../dist/pool/worker-pool.js", import.meta.url).href;

describe("while a thread starts", () => {
  // The tag tells whether V8 would take what was compiled with other flags.
  const begin = `
    import { cachedDataVersionTag, setFlagsFromString } from "node:v8";
    const tag = () => {
      // V8 keeps it until a flag changes; a thread that works it out meanwhile may leave one that holds no more.
      setFlagsFromString("--no-flush-bytecode");
      setFlagsFromString("--flush-bytecode");
      return cachedDataVersionTag();
    };
    import { tuneForReading, untunedStart } from ${JSON.stringify(MODULE)};
    const untuned = tag();`;

  it.each([["false"], ["true"]])("V8 is as Node's own modules were compiled for (once: %s)", (once) => {
    const program = `${begin}
      tuneForReading({ once: ${once} });
      const tuned = tag();
      const [first, second] = [untunedStart(), untunedStart()];
      const tags = [tag()];
      first(); first();
      tags.push(tag());
      second();
      tags.push(tag());
      console.log(JSON.stringify(tags.map((one) => [one === untuned, one === tuned])));`;
    expect(run(program)).toEqual([
      [true, false],
      [true, false],
      [false, true],
    ]);
  });

  it("and tuned again once it has, or where it cannot", () => {
    const program = `${begin}
      import { workerPool } from ${JSON.stringify(POOL)};
      tuneForReading();
      const tuned = tag();
      const pool = workerPool({ size: 1 });
      pool.warm("rows");
      const during = tag() === untuned;
      for (let turn = 0; turn < 500 && tag() !== tuned; turn++) await new Promise((resolve) => setTimeout(resolve, 10));
      console.log(JSON.stringify([during, tag() === tuned]));
      await pool.close();`;
    expect(run(program)).toEqual([true, true]);
  });

  it("nothing is set that nobody has tuned", () => {
    expect(
      run(
        `${begin} const over = untunedStart(); const at = tag(); over(); console.log(at === untuned && tag() === untuned);`,
      ),
    ).toBe(true);
  });
});
