import { readFileSync } from "node:fs";
import type { ParquetProbe } from "@asyncdelta/kernel-core";
import { footerLength } from "./parquet-rewrite.js";

const FOLDER = new URL("./fixtures/indexes/", import.meta.url);

/** A file of `fixtures/indexes/generate.py`. */
export function indexFile(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`${name}.parquet`, FOLDER)));
}

/** The numbers that stand for the values of a column, row group by row group. */
export const numbers = JSON.parse(readFileSync(new URL("values.json", FOLDER), "utf8")) as Readonly<
  Record<string, readonly (readonly number[])[]>
>;

/** The value of a column that stands for a number, as a probe. */
export function probeOf(column: string, number: number): ParquetProbe {
  const path = { column: [column] };
  const micros = BigInt(number) * 1000n;
  switch (column) {
    case "byte":
    case "integer":
    case "unsigned":
      return { ...path, kind: "integer", value: number };
    case "long":
      return { ...path, kind: "integer", value: BigInt(number) };
    case "float":
    case "double":
      return { ...path, kind: "float", value: number / 4 };
    case "text":
      return { ...path, kind: "text", value: `text ${number} ü` };
    case "fixed": {
      const bytes = new Uint8Array(4);
      new DataView(bytes.buffer).setInt32(0, number);
      return { ...path, kind: "bytes", value: bytes };
    }
    case "binary":
      return { ...path, kind: "bytes", value: new TextEncoder().encode(`bytes ${number}`) };
    case "date":
      return { ...path, kind: "date", value: number };
    case "millis":
    case "micros":
    case "nanos":
      return { ...path, kind: "timestamp", value: micros };
    default:
      return { ...path, kind: "decimal", scale: 2, value: BigInt(number) };
  }
}

/** The same file with a footer so large that nothing before it comes with it: a field that nobody knows is added. */
export function padFooter(bytes: Uint8Array, padding: number): Uint8Array {
  const start = bytes.length - 8 - footerLength(bytes);
  const field = [0x08, 0xc8, 0x01, ...varint(padding)];
  const body = Buffer.concat([bytes.subarray(start, -9), Uint8Array.from(field), new Uint8Array(padding + 1)]);
  const trailer = new Uint8Array(8);
  new DataView(trailer.buffer).setUint32(0, body.length, true);
  trailer.set(new TextEncoder().encode("PAR1"), 4);
  return Uint8Array.from(Buffer.concat([bytes.subarray(0, start), body, trailer]));
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}
