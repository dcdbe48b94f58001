import type { CellColumn, CellFormat, Cells } from "../format/cell-format.js";
import { TORN_JSONL } from "../format/torn-jsonl.js";
import { limited } from "../limited.js";
import type { CommandOptions } from "./options.js";
import type { Output } from "./output.js";
import { orTorn } from "./torn-output.js";

/** How items of a kind are shown. */
export interface ItemView<T> {
  readonly columns: readonly CellColumn[];
  cells(item: T): Cells;
  /** JSON text on one line. */
  json(item: T): string;
}

/** Items worth one write. */
const BLOCK = 1000;

/** Prints items in the format that was asked for. What an error cuts short does not look complete. */
export async function printItems<T>(
  output: Output,
  { format, limit = Number.POSITIVE_INFINITY }: CommandOptions,
  items: AsyncIterable<T>,
  view: ItemView<T>,
): Promise<void> {
  const out = format === "jsonl" ? jsonLines(view) : await cellLines(format, view, output);
  const print = async (): Promise<void> => {
    await output.write(out.start());
    let block: T[] = [];
    const flush = async (): Promise<void> => {
      for (const text of out.rows(block)) await output.write(text);
      block = [];
    };
    for await (const item of limited(items, limit)) {
      block.push(item);
      if (block.length === BLOCK) await flush();
    }
    await flush();
    await output.write(out.end());
  };
  await orTorn(output, () => out.torn(), print);
}

type ItemFormat<T> = Omit<CellFormat, "rows"> & { rows(items: readonly T[]): Iterable<string> };

function jsonLines<T>(view: ItemView<T>): ItemFormat<T> {
  return {
    start: () => "",
    *rows(items) {
      yield items.map((item) => `${view.json(item)}\n`).join("");
    },
    end: () => "",
    torn: () => TORN_JSONL,
  };
}

async function cellLines<T>(
  format: CommandOptions["format"],
  view: ItemView<T>,
  output: Output,
): Promise<ItemFormat<T>> {
  const { cellFormat } = await import("./cell-format-for.js");
  const cells = await cellFormat(format, view.columns, output);
  return {
    start: () => cells.start(),
    rows: (items) => cells.rows(items.map((item) => view.cells(item))),
    end: () => cells.end(),
    torn: () => cells.torn(),
  };
}
