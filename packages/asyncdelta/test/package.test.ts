import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { node, PACKAGE, READINGS } from "./cli.js";

const manifest = JSON.parse(await readFile(join(PACKAGE, "package.json"), "utf8"));

it("exports an entry and a small one to begin with, with types before code, and its own manifest", async () => {
  expect(Object.keys(manifest.exports)).toEqual([".", "./tune", "./package.json"]);
  const entries = [manifest.exports["."], manifest.exports["./tune"]];
  for (const entry of entries) expect(Object.keys(entry)).toEqual(["types", "default"]);
  for (const path of [...entries.flatMap((entry) => Object.values<string>(entry)), manifest.bin.asyncdelta]) {
    await access(join(PACKAGE, path));
    expect(manifest.files).toContain(path.split("/")[1]);
  }
});

it("comes by require() too", async () => {
  const script = `
    const { DeltaTable } = require("asyncdelta");
    DeltaTable.open(process.argv[1]).then(async (table) => {
      console.log(table.version, await table.scan().count());
    });`;
  const result = await node(["--disable-warning=ExperimentalWarning", "-e", script, READINGS]);
  expect({ ...result, stdout: result.stdout.toString() }).toMatchObject({ status: 0, stdout: "9 30\n", stderr: "" });
});

/** The scripts that a program has loaded when it ends, by URL, from the debugger's own list. */
async function loaded(program: string): Promise<string[]> {
  const script = `
    import { Session } from "node:inspector";
    ${program}
    const session = new Session();
    const urls = [];
    session.connect();
    session.on("Debugger.scriptParsed", ({ params }) => urls.push(params.url));
    session.post("Debugger.enable");
    console.log(JSON.stringify(urls));`;
  const { stdout, stderr } = await node(["--input-type=module", "-e", script, READINGS]);
  expect(stderr).toBe("");
  return JSON.parse(stdout.toString());
}

const HEAVY = /undici|\.wasm|parquet-wasm|apache-arrow|hyparquet|piscina|worker/i;

it("loads neither sockets nor WebAssembly nor Arrow for the snapshot of a local table with JSON commits", async () => {
  const urls = await loaded(`
    import { DeltaTable } from "asyncdelta";
    const table = await DeltaTable.open(process.argv[1]);
    for await (const file of table.files()) file.path;
    await table.setTransactions();
    await table.close();`);
  expect(urls.some((url) => url.endsWith("/delta-table.js"))).toBe(true);
  expect(urls.filter((url) => HEAVY.test(url) && !url.startsWith("node:"))).toEqual([]);
});

it("loads Arrow when rows are read", async () => {
  const urls = await loaded(`
    import { DeltaTable } from "asyncdelta";
    const table = await DeltaTable.open(process.argv[1]);
    await table.scan().toTable();
    await table.close();`);
  expect(urls.some((url) => /apache-arrow/.test(url))).toBe(true);
});
