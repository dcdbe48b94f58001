/** A Thrift value that was read: numbers up to 32 bits as `number`, 64-bit ones as `bigint`, maps not at all. */
export type ThriftRead = boolean | number | bigint | Uint8Array | ThriftRead[] | ThriftStruct;

/** Fields by their ids. */
export type ThriftStruct = ReadonlyMap<number, ThriftRead>;

const DEEPEST = 64;

/**
 * Reads structs in Thrift's compact protocol ("thrift-compact-protocol.md" of Apache Thrift).
 *
 * @throws Error for bytes that are none.
 */
export class ThriftReader {
  readonly #bytes: Uint8Array;
  #at: number;

  constructor(bytes: Uint8Array, at: number = 0) {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** Where the next byte is read. */
  get position(): number {
    return this.#at;
  }

  struct(depth: number = 0): ThriftStruct {
    if (depth > DEEPEST) throw new Error("Thrift structs are nested too deep");
    const fields = new Map<number, ThriftRead>();
    let id = 0;
    for (let head = this.#byte(); head !== 0; head = this.#byte()) {
      const delta = head >> 4;
      id = delta === 0 ? Number(this.#zigzag()) : id + delta;
      fields.set(id, this.#value(head & 0x0f, depth, false));
    }
    return fields;
  }

  #value(type: number, depth: number, inList: boolean): ThriftRead {
    switch (type) {
      case 1:
      case 2:
        // A field has its truth in its type, an item in a byte.
        return inList ? this.#byte() === 1 : type === 1;
      case 3:
        return (this.#byte() << 24) >> 24;
      case 4:
      case 5:
        return Number(BigInt.asIntN(32, this.#zigzag()));
      case 6:
        return this.#zigzag();
      case 7:
        return new DataView(this.#take(8).slice().buffer).getFloat64(0, true);
      case 8:
        return this.#take(this.#count());
      case 9:
      case 10:
        return this.#list(depth);
      case 12:
        return this.struct(depth + 1);
      default:
        throw new Error(`Thrift type ${type} is not known`);
    }
  }

  #list(depth: number): ThriftRead[] {
    const head = this.#byte();
    const short = head >> 4;
    const length = short === 0x0f ? this.#count() : short;
    // Every item has a byte at least, so that a damaged length does not allocate.
    if (length > this.#bytes.length - this.#at) throw new Error("a Thrift list reaches beyond its bytes");
    return Array.from({ length }, () => this.#value(head & 0x0f, depth + 1, true));
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new Error("Thrift bytes end too early");
    return byte;
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new Error("Thrift bytes end too early");
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  #count(): number {
    return Number(this.#varint());
  }

  #zigzag(): bigint {
    const value = this.#varint();
    return (value >> 1n) ^ -(value & 1n);
  }

  #varint(): bigint {
    let low = 0;
    // Most fit into a number; only the rest is worked on as `bigint`.
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.#byte();
      low |= (byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt(low);
    }
    let value = BigInt(low);
    for (let shift = 28n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new Error("a Thrift number has more than 64 bits");
  }
}
