import { crc32 } from "node:zlib";
import type { ColumnMetaData } from "hyparquet";
import { CompactReader } from "../compact-reader.js";
import { decompress } from "../javascript/decompress.js";
import { readPageHeader } from "../javascript/page-header.js";
import { readPlain } from "../javascript/plain.js";
import type { Turn } from "../javascript/turn.js";
import type { LeafNode } from "../schema/schema-node.js";

/** Finds out whether a dictionary page has a value; `undefined` for bytes that are no such page. */
export async function readDictionary(
  bytes: Uint8Array,
  meta: ColumnMetaData,
  leaf: LeafNode,
  turn: Turn,
): Promise<((value: Uint8Array) => boolean) | undefined> {
  try {
    const reader = new CompactReader(bytes);
    const header = readPageHeader(reader);
    const body = bytes.subarray(reader.at, reader.at + header.size);
    if (header.kind !== "dictionary" || body.length !== header.size) return undefined;
    if (header.uncompressedSize > Number(meta.total_uncompressed_size)) return undefined;
    if (header.crc !== undefined && crc32(body) !== header.crc >>> 0) return undefined;
    const plain = await decompress(body, meta.codec, header.uncompressedSize, turn);
    const values = readPlain(plain, 0, leaf.element, header.numValues);
    return (wanted) => {
      for (let index = 0; index < values.count; index++) {
        const [source, start, end] =
          values.kind === "fixed"
            ? [values.bytes, index * values.width, (index + 1) * values.width]
            : [values.source, values.starts[index]!, values.ends[index]!];
        if (end - start !== wanted.length) continue;
        let at = 0;
        while (at < wanted.length && source[start + at] === wanted[at]) at++;
        if (at === wanted.length) return true;
      }
      return false;
    };
  } catch {
    // Who reads the pages will say what is wrong with them.
    return undefined;
  }
}
