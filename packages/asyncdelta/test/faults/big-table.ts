import { ChangeTable, column } from "../../../kernel-core/test/support/change-table.js";
import { metadata, protocol, ROOT } from "../../../kernel-core/test/support/log-table.js";
import { type BadTable, badTable } from "../bad-bytes/bad-table.js";
import { randomFrom } from "../bad-bytes/random.js";

const ROWS = 1500;

/** A table of one data file of 8.7 MB, too large to come whole with its footer: its columns are asked for afterwards. */
export function bigTable(): Promise<BadTable> {
  return tableOfTexts("big", 2900);
}

/** One of 1.5 MB, which comes whole if all of it is wanted. */
export function handyTable(): Promise<BadTable> {
  return tableOfTexts("handy", 500);
}

async function tableOfTexts(name: string, length: number): Promise<BadTable> {
  const pick = randomFrom(1);
  const noise = () => Array.from({ length }, () => String.fromCharCode(33 + pick(90))).join("");
  const texts = Array.from({ length: ROWS }, noise);
  const table = new ChangeTable();
  const ids = Array.from({ length: ROWS }, (_, i) => BigInt(i));
  table.file("part-0.parquet", { id: ids, text: texts, more: texts.toReversed() }, 500);
  const fields = [column("id", "long"), column("text", "string"), column("more", "string")];
  const { metaData } = metadata() as { metaData: object };
  const schemaString = JSON.stringify({ type: "struct", fields });
  table.commit(0, [protocol(), { metaData: { ...metaData, schemaString } }, table.added("part-0.parquet")]);
  const contents = new Map<string, Uint8Array>();
  for (const url of table.memory.urls()) contents.set(url.slice(ROOT.length), await table.memory.read(url));
  return badTable(name, contents);
}
