/**
 * `npm run test:spark`: random histories by Delta Spark, for what deltalake cannot write. Not part of CI: it needs Java 17
 * and Maven beside Python, brings PySpark (some 500 MB) into a Python of its own, and runs for about a quarter of an hour.
 * `ASYNCDELTA_SPARK_HISTORIES="3 4"` makes these alone, and leaves them in `.cache/spark-histories`.
 */
import { existsSync } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { vitest } from "./vitest.mjs";
import { build, CommandFailed, cache, main, root, run } from "./workspace.mjs";

const PYSPARK = "4.2.0";
const PACKAGES = [`pyspark==${PYSPARK}`, "pyarrow==25.0.1"];
const JARS = ["io.delta:delta-spark_4.2_2.13:4.4.0", "io.delta:delta-storage:4.4.0"];
/** Delta Spark has parts of the Java kernel for some of its own reading. */
const KERNEL_JARS = ["delta-kernel-api", "delta-kernel-defaults", "delta-kernel-unitycatalog"];
const HISTORIES = 30;

await main(async () => {
  await build();
  const interpreter = await python();
  const jars = await deltaJars();
  const out = join(cache, "spark-histories");
  await rm(out, { recursive: true, force: true });
  const chosen = process.env.ASYNCDELTA_SPARK_HISTORIES?.split(/[\s,]+/).filter(Boolean);
  const seeds = chosen ?? Array.from({ length: HISTORIES }, (_, seed) => String(seed));
  const script = join(root, "packages/asyncdelta/test/histories/spark/generate.py");
  const args = [script, "--jars", jars, "--out", out, ...seeds.flatMap((seed) => ["--seed", seed])];
  await run(interpreter, args);
  return (await vitest("spark", [], { env: { ASYNCDELTA_SPARK: out } })) ? 0 : 1;
});

async function python() {
  const venv = join(cache, `spark-${PYSPARK}`);
  const interpreter = join(venv, "bin/python");
  if (existsSync(join(venv, "ready"))) return interpreter;
  console.error("Preparing PySpark…");
  await rm(venv, { recursive: true, force: true });
  await run("python3", ["-m", "venv", venv]);
  await run(interpreter, ["-m", "pip", "install", "--quiet", ...PACKAGES]);
  await mkdir(join(venv, "ready"));
  return interpreter;
}

async function deltaJars() {
  const folder = join(cache, "spark-jars");
  const wanted = [...JARS, ...KERNEL_JARS.map((name) => `io.delta:${name}:4.4.0`)];
  const found = existsSync(folder) ? await readdir(folder) : [];
  if (found.length === wanted.length) return folder;
  console.error("Fetching the jars of Delta…");
  await rm(folder, { recursive: true, force: true });
  for (const artifact of wanted) {
    const goal = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy";
    await run("mvn", ["-q", "-B", goal, `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`]);
  }
  if ((await readdir(folder)).length !== wanted.length)
    throw new CommandFailed("Maven did not bring the jars of Delta.");
  return folder;
}
