import { createHash } from "node:crypto";
import type { Row } from "asyncdelta";

/** How many rows, and what is in them: two tables hold the same rows, in whatever order, if both are equal. */
export async function digestOf(rows: AsyncIterable<Row>): Promise<{ rows: number; digest: string }> {
  const texts: string[] = [];
  for await (const row of rows) texts.push(JSON.stringify(row, plain));
  const hash = createHash("sha256");
  for (const text of texts.sort()) hash.update(text).update("\n");
  return { rows: texts.length, digest: hash.digest("hex").slice(0, 16) };
}

function plain(_: string, value: unknown): unknown {
  if (typeof value === "bigint") return `${value}n`;
  if (value instanceof Map) return [...value];
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}
