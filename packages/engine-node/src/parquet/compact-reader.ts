// A name may begin with what looks like a byte order mark.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Type codes of Thrift's compact protocol. */
const TRUE = 1;
const FALSE = 2;
const BYTE = 3;
const I16 = 4;
const I32 = 5;
const I64 = 6;
const DOUBLE = 7;
const BINARY = 8;
const LIST = 9;
const STRUCT = 12;
const LONG_LIST = 15;
/** Seven bytes of seven bits each are exact in a double. */
const EXACT_SHIFT = 2 ** 49;

/**
 * Walks through structs in Thrift's compact protocol ("thrift-compact-protocol.md" of Apache Thrift) without building
 * anything: the caller goes from field to field, reads those that it knows and skips the rest.
 *
 * ```ts
 * for (let id = reader.field(0); id !== 0; id = reader.field(id)) {
 *   if (id === 3) numRows = reader.i64();
 *   else reader.skip();
 * }
 * ```
 *
 * Every method throws an Error when the bytes end too early or the field is of another type.
 */
export class CompactReader {
  readonly #bytes: Uint8Array;
  #type: number = 0;
  /** Where the next byte is read. */
  at: number;

  constructor(bytes: Uint8Array, at: number = 0) {
    this.#bytes = bytes;
    this.at = at;
  }

  /** Goes to the next field of a struct: its id, given that of the field before, or 0 at the struct's end. */
  field(last: number): number {
    const head = this.#byte();
    this.#type = head & 0x0f;
    if (head === 0) return 0;
    return head >> 4 === 0 ? this.#small() : last + (head >> 4);
  }

  /** The length of a list, whose items are then read one by one like fields. */
  list(): number {
    this.#expect(LIST);
    const head = this.#byte();
    this.#type = head & 0x0f;
    const length = head >> 4 === LONG_LIST ? this.#varint() : head >> 4;
    // An item takes a byte at least, so that a damaged length does not allocate.
    if (length > this.#bytes.length - this.at) throw new Error("a list of its Thrift structs does not end");
    return length;
  }

  /** Reads the items of a list. */
  items<T>(read: () => T): T[] {
    const length = this.list();
    const type = this.#type;
    const items: T[] = [];
    for (let i = 0; i < length; i++) {
      this.#type = type;
      items.push(read());
    }
    return items;
  }

  /** A list of truths, each a byte: 1 where it is true. */
  flags(): boolean[] {
    const length = this.list();
    // Writers differ in what they take for the type of the items.
    if (length > 0 && this.#type !== TRUE) this.#expect(FALSE);
    const end = this.#pass(length);
    return Array.from(this.#bytes.subarray(end - length, end), (byte) => byte === 1);
  }

  /** Checks that what comes is a struct; its fields follow. */
  struct(): void {
    this.#expect(STRUCT);
  }

  /** Passes over the list that comes if its bytes are these, whose meaning is known already. */
  passList(known: Uint8Array): boolean {
    const { at } = this;
    const end = at + known.length;
    if (this.#type !== LIST || end > this.#bytes.length) return false;
    if (Buffer.compare(this.#bytes.subarray(at, end), known) !== 0) return false;
    this.at = end;
    return true;
  }

  /** A copy of the bytes from a position to where the reader is. */
  copyFrom(start: number): Uint8Array {
    return this.#bytes.slice(start, this.at);
  }

  /** Whether the field is what {@link i32} reads. */
  get isNumber(): boolean {
    return this.#type === BYTE || this.#type === I16 || this.#type === I32;
  }

  /** A whole number of up to 32 bits. */
  i32(): number {
    if (this.#type === BYTE) return (this.#byte() << 24) >> 24;
    if (!this.isNumber) this.#expect(I32);
    return this.#small();
  }

  i64(): bigint {
    this.#expect(I64);
    const start = this.at;
    const value = this.#varint();
    if (value < EXACT_SHIFT) return BigInt(value % 2 === 0 ? value / 2 : -(value + 1) / 2);
    let exact = 0n;
    for (let at = start, shift = 0n; at < this.at; at++, shift += 7n) exact |= BigInt(this.#bytes[at]! & 0x7f) << shift;
    return BigInt.asIntN(64, (exact >> 1n) ^ -(exact & 1n));
  }

  /** The truth of a field (that of a list's item is elsewhere, and Parquet has none). */
  bool(): boolean {
    if (this.#type !== TRUE) this.#expect(FALSE);
    return this.#type === TRUE;
  }

  text(): string {
    return decoder.decode(this.binary());
  }

  /** A view of the bytes. */
  binary(): Uint8Array {
    this.#expect(BINARY);
    const length = this.#varint();
    const end = this.#pass(length);
    return this.#bytes.subarray(end - length, end);
  }

  /** Passes over the field or item, whatever it is. */
  skip(): void {
    this.#skip(this.#type);
  }

  #skip(type: number): void {
    switch (type) {
      case TRUE:
      case FALSE:
        return;
      case BYTE:
        this.#pass(1);
        return;
      case I16:
      case I32:
      case I64:
        this.#varint();
        return;
      case DOUBLE:
        this.#pass(8);
        return;
      case BINARY:
        this.#pass(this.#varint());
        return;
      case LIST: {
        const length = this.list();
        const item = this.#type;
        // Truth within a list has a byte of its own.
        if (item === TRUE || item === FALSE) this.#pass(length);
        else for (let i = 0; i < length; i++) this.#skip(item);
        return;
      }
      case STRUCT:
        while (true) {
          const head = this.#byte();
          if (head === 0) return;
          if (head >> 4 === 0) this.#varint();
          this.#type = head & 0x0f;
          this.#skip(head & 0x0f);
        }
      default:
        throw new Error(`a Thrift field has the unknown type ${type}`);
    }
  }

  #expect(type: number): void {
    if (this.#type !== type) throw new Error(`a Thrift field has type ${this.#type} where ${type} should be`);
  }

  #byte(): number {
    const byte = this.#bytes[this.at++];
    if (byte === undefined) throw new Error("its Thrift structs end too early");
    return byte;
  }

  #pass(length: number): number {
    this.at += length;
    if (this.at > this.#bytes.length) throw new Error("its Thrift structs end too early");
    return this.at;
  }

  /** Beyond 2^53 the value is not exact. */
  #varint(): number {
    // Most are this short, and footers are read before there is machine code.
    const first = this.#bytes[this.at]!;
    if (first < 0x80) {
      this.at++;
      return first;
    }
    let byte = this.#byte();
    let value = byte & 0x7f;
    for (let factor = 128; byte >= 0x80; factor *= 128) {
      if (factor > 2 ** 63) throw new Error("a Thrift number has more than 64 bits");
      byte = this.#byte();
      value += (byte & 0x7f) * factor;
    }
    return value;
  }

  #small(): number {
    const value = this.#varint();
    const number = value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    if (number !== (number | 0)) throw new Error("a Thrift number has more than 32 bits");
    return number;
  }
}
