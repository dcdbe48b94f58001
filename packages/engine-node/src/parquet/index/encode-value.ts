import type { ParquetValue } from "@asyncdelta/kernel-core";
import { isUnsigned, kindOf } from "../chunk-bounds.js";
import { decimalOf, timestampOf } from "../schema/annotations.js";
import type { LeafNode } from "../schema/schema-node.js";

/**
 * Every way in which a leaf's chunks may have a value, in the PLAIN encoding and without a length: what bloom filters hash and
 * dictionaries list. None if no chunk can have it; `undefined` where that is not known, as for NaN, which has many
 * encodings, and nanoseconds, of which a thousand are one microsecond.
 */
export function encodeValue(leaf: LeafNode, probe: ParquetValue): readonly Uint8Array[] | undefined {
  const { element } = leaf;
  const kind = kindOf(leaf);
  const { value } = probe;
  if (kind === undefined || kind !== probe.kind) return undefined;
  switch (kind) {
    case "integer":
    case "date":
      return encodeInteger(element.type, isUnsigned(element), BigInt(value as number | bigint));
    case "decimal": {
      const unscaled = rescale(BigInt(value as bigint), probe.scale ?? 0, decimalOf(element)!.scale);
      if (unscaled === undefined) return [];
      // Of any length that holds the number, as the writer likes.
      if (element.type === "BYTE_ARRAY") return undefined;
      if (element.type === "FIXED_LEN_BYTE_ARRAY") return bigEndian(unscaled, element.type_length!);
      return encodeInteger(element.type, false, unscaled);
    }
    case "timestamp": {
      const unit = timestampOf(element)?.unit;
      const micros = BigInt(value as bigint);
      if (unit === "MILLIS") return micros % 1000n === 0n ? encodeInteger("INT64", false, micros / 1000n) : [];
      return unit === "MICROS" ? encodeInteger("INT64", false, micros) : undefined;
    }
    case "float":
      return encodeFloat(element.type, value as number);
    case "text": {
      const text = value as string;
      // It also stands for bytes that are no text.
      return text.includes("\uFFFD") || !isWellFormed(text) ? undefined : [new TextEncoder().encode(text)];
    }
    case "bytes":
      return [value as Uint8Array];
    default:
      return undefined;
  }
}

function encodeInteger(type: string | undefined, isUnsigned: boolean, value: bigint): Uint8Array[] | undefined {
  if (type !== "INT32" && type !== "INT64") return undefined;
  const bits = type === "INT32" ? 32 : 64;
  const [asUnsigned, asSigned] = [BigInt.asUintN(bits, value), BigInt.asIntN(bits, value)];
  if ((isUnsigned ? asUnsigned : asSigned) !== value) return [];
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, asUnsigned, true);
  return [bytes.subarray(0, bits / 8)];
}

/** The unscaled value at another scale, if it has one. */
function rescale(value: bigint, from: number, to: number): bigint | undefined {
  if (to >= from) return value * 10n ** BigInt(to - from);
  const factor = 10n ** BigInt(from - to);
  return value % factor === 0n ? value / factor : undefined;
}

function bigEndian(value: bigint, length: number): Uint8Array[] {
  if (BigInt.asIntN(8 * length, value) !== value) return [];
  const bytes = new Uint8Array(length);
  let rest = BigInt.asUintN(8 * length, value);
  for (let at = length - 1; at >= 0; at--, rest >>= 8n) bytes[at] = Number(rest & 0xffn);
  return [bytes];
}

function encodeFloat(type: string | undefined, value: number): Uint8Array[] | undefined {
  if (Number.isNaN(value)) return undefined;
  if (type === "FLOAT" && Math.fround(value) !== value) return [];
  const write = (number: number): Uint8Array => {
    const bytes = new Uint8Array(type === "FLOAT" ? 4 : 8);
    const view = new DataView(bytes.buffer);
    if (type === "FLOAT") view.setFloat32(0, number, true);
    else view.setFloat64(0, number, true);
    return bytes;
  };
  // Two zeros are one number.
  return value === 0 ? [write(0), write(-0)] : [write(value)];
}

/** Whether a text has no half of a surrogate pair, as which UTF-8 has nothing. */
function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}
