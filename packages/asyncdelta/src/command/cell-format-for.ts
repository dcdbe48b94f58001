import type { CellColumn, CellFormat } from "../format/cell-format.js";
import type { Format } from "./options.js";
import type { Output } from "./output.js";

/** The format of text cells that was asked for, set up for where it goes. */
export async function cellFormat(format: Format, columns: readonly CellColumn[], output: Output): Promise<CellFormat> {
  if (format === "csv") return (await import("../format/csv-format.js")).csvFormat(columns);
  const { tableFormat } = await import("../format/table-format.js");
  return tableFormat(columns, { width: await output.width(), style: await output.style() });
}
