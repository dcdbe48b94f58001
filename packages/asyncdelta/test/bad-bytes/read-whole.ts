import { DeltaTable, type Engine, isDeltaError, type Row } from "asyncdelta";

export interface Wanted {
  readonly rows: boolean;
  readonly changes: boolean;
}

/** What a table gave, as far as it got. */
export interface Outcome {
  readonly version?: number;
  /** How many files the table lists. */
  readonly files?: number;
  /** Its rows as text, in the order of their text. */
  readonly rows?: readonly string[];
  readonly changes?: readonly string[];
  /** The code of the error that it ended in. */
  readonly code?: string;
}

/** Opens a table, lists its files with their statistics, and reads what is wanted. Throws what is no DeltaError. */
export async function readWhole(engine: Engine, location: string, { rows, changes }: Wanted): Promise<Outcome> {
  let outcome: Outcome = {};
  try {
    const table = await DeltaTable.open(location, { engine });
    let files = 0;
    for await (const file of table.files({ stats: true })) if (file.path !== undefined) files++;
    outcome = { version: table.version, files };
    if (rows) outcome = { ...outcome, rows: await texts(table.scan().rows()) };
    if (changes) outcome = { ...outcome, changes: await texts(table.changes({ from: 0 }).rows()) };
    return outcome;
  } catch (error) {
    if (!isDeltaError(error)) throw error;
    if (error.message.trim() === "") throw new Error(`A ${error.code} without a message`, { cause: error });
    return { ...outcome, code: error.code };
  }
}

async function texts(rows: AsyncIterable<Row>): Promise<string[]> {
  const all: string[] = [];
  for await (const row of rows) all.push(JSON.stringify(row, plain));
  return all.sort();
}

function plain(_: string, value: unknown): unknown {
  if (typeof value === "bigint") return `${value}n`;
  if (value instanceof Map) return [...value];
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  return Object.is(value, -0) || (typeof value === "number" && !Number.isFinite(value)) ? String(value) : value;
}
