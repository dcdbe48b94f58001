/**
 * A Thrift value to be written, as a tree. Only what Parquet's footers need; `undefined` fields of a struct are left
 * out.
 */
export type ThriftValue =
  | { readonly type: "i32" | "i64"; readonly value: number | bigint }
  | { readonly type: "binary"; readonly value: string }
  | { readonly type: "list"; readonly of: ThriftType; readonly values: readonly ThriftValue[] }
  | { readonly type: "struct"; readonly fields: ThriftFields };

export type ThriftType = "i32" | "i64" | "binary" | "list" | "struct";

/** Fields by their ids, in ascending order of the ids. */
export type ThriftFields = readonly (readonly [id: number, value: ThriftValue | undefined])[];

export const i32 = (value: number): ThriftValue => ({ type: "i32", value });
export const i64 = (value: bigint | number): ThriftValue => ({ type: "i64", value });
export const binary = (value: string): ThriftValue => ({ type: "binary", value });
export const list = (of: ThriftType, values: readonly ThriftValue[]): ThriftValue => ({ type: "list", of, values });
export const struct = (...fields: ThriftFields): ThriftValue => ({ type: "struct", fields });

/** "thrift-compact-protocol.md" of Apache Thrift, "Struct encoding" and "List and set encoding". */
const TYPE_CODES: Readonly<Record<ThriftType, number>> = { i32: 5, i64: 6, binary: 8, list: 9, struct: 12 };
const SHORT_LIST = 15;
const LONGEST_DELTA = 15;

/** Encodes a struct in Thrift's compact protocol. */
export function writeThrift(value: ThriftValue): Uint8Array {
  const sink = new Sink();
  write(sink, value);
  return sink.bytes.slice(0, sink.length);
}

function write(sink: Sink, value: ThriftValue): void {
  switch (value.type) {
    case "i32":
    case "i64":
      sink.zigzag(value.value);
      return;
    case "binary": {
      const text = new TextEncoder().encode(value.value);
      sink.varint(text.length);
      sink.append(text);
      return;
    }
    case "list": {
      const { length } = value.values;
      const code = TYPE_CODES[value.of];
      if (length < SHORT_LIST) sink.byte((length << 4) | code);
      else {
        sink.byte((SHORT_LIST << 4) | code);
        sink.varint(length);
      }
      for (const item of value.values) write(sink, item);
      return;
    }
    case "struct":
      writeFields(sink, value.fields);
      return;
    default:
      value satisfies never;
  }
}

function writeFields(sink: Sink, fields: ThriftFields): void {
  let last = 0;
  for (const [id, value] of fields) {
    if (value === undefined) continue;
    const delta = id - last;
    const code = TYPE_CODES[value.type];
    if (delta > 0 && delta <= LONGEST_DELTA) sink.byte((delta << 4) | code);
    else {
      sink.byte(code);
      sink.zigzag(id);
    }
    write(sink, value);
    last = id;
  }
  sink.byte(0);
}

/** Bytes that grow. */
class Sink {
  bytes: Uint8Array = new Uint8Array(1024);
  length = 0;

  byte(value: number): void {
    this.#reserve(1);
    this.bytes[this.length++] = value;
  }

  append(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** An unsigned number, seven bits a byte, the lowest first. */
  varint(value: number | bigint): void {
    let rest = BigInt(value);
    for (; rest > 0x7fn; rest >>= 7n) this.byte(Number(rest & 0x7fn) | 0x80);
    this.byte(Number(rest));
  }

  /** A signed number of at most 64 bits: its sign becomes the lowest bit. */
  zigzag(value: number | bigint): void {
    const wide = BigInt(value);
    this.varint(BigInt.asUintN(64, (wide << 1n) ^ (wide >> 63n)));
  }

  #reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + more));
    grown.set(this.bytes);
    this.bytes = grown;
  }
}
