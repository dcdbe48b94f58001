import type { ParquetBounds } from "@asyncdelta/kernel-core";
import type { Footer } from "./footer.js";
import { type EncodedBounds, type LazyStatistics, readBounds } from "./read-metadata.js";
import { decimalOf, timestampOf } from "./schema/annotations.js";
import { arrowType } from "./schema/arrow-type.js";
import type { LeafNode } from "./schema/schema-node.js";

type Value = NonNullable<ParquetBounds["min"]>;

/** Those values of apache-arrow's `Type` that a leaf has. */
const [INT, FLOAT, BINARY, UTF8, BOOL, DECIMAL, DATE, TIMESTAMP] = [2, 3, 4, 5, 6, 7, 8, 10];

/**
 * The bounds of a leaf in a row group, by the statistics of its column chunk; see `ParquetFile.bounds`. Those by the older rule
 * of the format are taken for signed numbers, for which alone they hold.
 */
export function chunkBounds(footer: Footer, rowGroup: number, leaf: LeafNode): ParquetBounds | undefined {
  const statistics = footer.metadata.row_groups[rowGroup]!.columns[leaf.index]!.meta_data!.statistics;
  const decode = statistics && boundsDecoder(leaf);
  if (decode === undefined) return undefined;
  const bounds = readBounds(footer.bytes, statistics as unknown as LazyStatistics);
  const { min, max } = encodedBounds(bounds, leaf);
  return decode(min, max);
}

/** Decodes bounds of a leaf; `undefined` where those of its type cannot be relied on. */
export function boundsDecoder(
  leaf: LeafNode,
): ((min: Uint8Array | undefined, max: Uint8Array | undefined) => ParquetBounds) | undefined {
  const kind = kindOf(leaf);
  if (kind === undefined) return undefined;
  const decode = decoderOf(leaf, kind);
  const decimal = kind === "decimal" ? { scale: decimalOf(leaf.element)!.scale } : {};
  return (min, max) => ({ kind, ...decimal, min: min && decode(min, "min"), max: max && decode(max, "max") });
}

function encodedBounds(bounds: EncodedBounds, { element }: LeafNode): { min?: Uint8Array; max?: Uint8Array } {
  const { min, max, signedMin, signedMax } = bounds;
  const isNumber =
    element.type === "INT32" || element.type === "INT64" || element.type === "FLOAT" || element.type === "DOUBLE";
  const isSigned = isNumber && !isUnsigned(element);
  const [least, greatest] = isSigned ? [min ?? signedMin, max ?? signedMax] : [min, max];
  return { ...(least === undefined ? {} : { min: least }), ...(greatest === undefined ? {} : { max: greatest }) };
}

/** What values of a leaf are, where there are bounds of them that can be relied on. */
export function kindOf(leaf: LeafNode): ParquetBounds["kind"] | undefined {
  const { element } = leaf;
  // Days and nanoseconds have no order that writers agree on.
  if (element.type === "INT96") return undefined;
  switch (arrowType(leaf).typeId as number) {
    case BOOL:
      return "boolean";
    case INT:
      return "integer";
    case FLOAT:
      return "float";
    case DECIMAL:
      return "decimal";
    case DATE:
      return "date";
    case TIMESTAMP:
      return "timestamp";
    case UTF8:
      return "text";
    case BINARY:
      // Annotations that the Arrow type does not show may have an order of their own.
      return element.logical_type === undefined && element.converted_type === undefined ? "bytes" : undefined;
    default:
      return undefined;
  }
}

function decoderOf(
  leaf: LeafNode,
  kind: ParquetBounds["kind"],
): (bytes: Uint8Array, side: "min" | "max") => Value | undefined {
  const { element } = leaf;
  switch (element.type) {
    case "BOOLEAN":
      return (bytes) => (bytes.length === 1 ? bytes[0] !== 0 : undefined);
    case "INT32":
      return (bytes) => {
        if (bytes.length !== 4) return undefined;
        const value = isUnsigned(element) ? viewOf(bytes).getUint32(0, true) : viewOf(bytes).getInt32(0, true);
        return kind === "decimal" ? BigInt(value) : value;
      };
    case "INT64": {
      const unit = timestampOf(element)?.unit;
      return (bytes) => {
        if (bytes.length !== 8) return undefined;
        const value = isUnsigned(element) ? viewOf(bytes).getBigUint64(0, true) : viewOf(bytes).getBigInt64(0, true);
        return unit === "MILLIS" ? value * 1000n : unit === "NANOS" ? floorThousandth(value) : value;
      };
    }
    case "FLOAT":
      return (bytes) => (bytes.length === 4 ? numberOrNothing(viewOf(bytes).getFloat32(0, true)) : undefined);
    case "DOUBLE":
      return (bytes) => (bytes.length === 8 ? numberOrNothing(viewOf(bytes).getFloat64(0, true)) : undefined);
    default:
      return kind === "decimal" ? bigEndian : kind === "text" ? textOf : (bytes) => bytes;
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function numberOrNothing(value: number): number | undefined {
  return Number.isNaN(value) ? undefined : value;
}

function floorThousandth(nanos: bigint): bigint {
  const micros = nanos / 1000n;
  return nanos < 0n && micros * 1000n !== nanos ? micros - 1n : micros;
}

/** Two's complement, of any length. */
function bigEndian(bytes: Uint8Array): bigint | undefined {
  if (bytes.length === 0) return undefined;
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return BigInt.asIntN(8 * bytes.length, value);
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Nothing for text that was cut within a character, or whose last byte was made greater. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

export function isUnsigned({ logical_type: logical, converted_type: converted }: LeafNode["element"]): boolean {
  if (logical?.type === "INTEGER") return !logical.isSigned;
  return converted?.startsWith("UINT") ?? false;
}
