import { mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DeltaTable, trace } from "asyncdelta";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { asyncdelta, printed, TRIPS } from "./cli.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "asyncdelta-trace-"));
});
afterAll(() => rm(folder, { recursive: true }));

describe("--trace", () => {
  it.each([
    ["info", "--json"],
    ["files", "--json"],
    ["read", "--json"],
    ["history", "--json"],
  ])("writes a timeline of %s and leaves its output as it is", async (command, ...options) => {
    const file = join(folder, `${command}.html`);
    const plain = await printed(command, TRIPS, ...options);
    expect(await printed(command, TRIPS, ...options, "--trace", file)).toBe(plain);
    const page = await readFile(file, "utf8");
    expect(page).toContain(`<h1>asyncdelta ${command} `);
    expect(page).toMatch(/snapshot took/);
    expect(page).toContain('<div class="timeline"');
  });

  it("writes it for Perfetto by the file's name", async () => {
    const file = join(folder, "read.json");
    await printed("read", TRIPS, "--columns", "id", "--limit", "3", "--json", "--trace", file);
    const { traceEvents } = JSON.parse(await readFile(file, "utf8"));
    const names = new Set(traceEvents.filter(({ ph }: { ph: string }) => ph === "b").map(({ name }: never) => name));
    for (const name of ["snapshot", "scan", "list", "read"]) expect(names).toContain(name);
  });

  it("writes what a call did that fails", async () => {
    const file = join(folder, "failed.html");
    const { status, stderr } = await asyncdelta("info", join(TRIPS, "nothing"), "--trace", file);
    expect(status).toBe(1);
    expect(stderr).toContain("TABLE_NOT_FOUND");
    expect(await readFile(file, "utf8")).toContain("1 span failed.");
  });

  it("refuses a file that it cannot write, before anything is read", async () => {
    const { status, stdout, stderr } = await asyncdelta("read", TRIPS, "--trace", "trace.txt");
    expect({ status, stdout: stdout.toString() }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(/--trace needs a file that ends in \.html or \.json, not 'trace\.txt'/);
  });
});

describe("trace()", () => {
  it("runs the work, gives its result, and writes the timeline", async () => {
    const file = join(folder, "library.html");
    const table = await DeltaTable.open(TRIPS);
    const rows = await trace(file, async () => (await table.scan().toTable()).numRows, { title: "all trips" });
    await table.close();
    expect(rows).toBe(117);
    expect(await readFile(file, "utf8")).toContain("<h1>all trips</h1>");
  });

  it("passes on what the work throws, and runs nothing where the name is wrong", async () => {
    const failing = trace(join(folder, "thrown.json"), () => Promise.reject(new Error("no luck")));
    await expect(failing).rejects.toThrow("no luck");
    expect(await readdir(folder)).toContain("thrown.json");
    let ran = false;
    const wrong = trace(join(folder, "wrong.svg"), async () => {
      ran = true;
    });
    await expect(wrong).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    expect(ran).toBe(false);
  });

  it.each([
    ["in a folder that is not there", () => join(folder, "missing", "t.html"), "INVALID_ARGUMENT"],
    [
      "that is a folder",
      () => mkdtemp(join(folder, "t-")).then((made) => rename(made, `${made}.html`).then(() => `${made}.html`)),
      "INVALID_ARGUMENT",
    ],
    ["with too long a name", () => join(folder, `${"t".repeat(300)}.html`), "STORAGE_FAILED"],
  ])("runs nothing where the file is one %s", async (_, name, code) => {
    const file = await name();
    let ran = false;
    const wrong = trace(file, async () => {
      ran = true;
    });
    await expect(wrong).rejects.toMatchObject({
      code,
      path: file,
      message: expect.stringMatching(/trace cannot be written/),
    });
    expect(ran).toBe(false);
  });

  it("throws what the work threw where the file can be written no more, and keeps the file until then", async () => {
    const inner = await mkdtemp(join(folder, "inner-"));
    const file = join(inner, "t.html");
    await writeFile(file, "the last one");
    const failing = trace(file, async () => {
      expect(await readFile(file, "utf8")).toBe("the last one");
      await rm(inner, { recursive: true });
      throw new Error("no luck");
    });
    await expect(failing).rejects.toThrow("no luck");
    const lost = await mkdtemp(join(folder, "lost-"));
    const late = trace(join(lost, "t.html"), () => rm(lost, { recursive: true }));
    await expect(late).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  });
});
