import { readFile, writeFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { behaviourTable } from "./behaviour/table.js";

const readme = new URL("../README.md", import.meta.url);
const marks = /(?<=<!-- behaviour: begin[^>]*-->\n)[\s\S]*?(?=\n<!-- behaviour: end -->)/;

/** To write the table anew: UPDATE_README=1 npx vitest run --root packages/parallel behaviour */
it("the README's table is what the peers do", async () => {
  const table = await behaviourTable();
  const text = await readFile(readme, "utf8");
  expect(text).toMatch(marks);
  if (process.env.UPDATE_README) await writeFile(readme, text.replace(marks, table));
  else expect(text.match(marks)?.[0]).toBe(table);
}, 120_000);
