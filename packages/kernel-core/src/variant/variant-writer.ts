import { widthOf } from "./little-endian.js";
import { BasicType, Primitive, SHORT_STRING } from "./variant-format.js";

/**
 * Writes variant values one behind the other, each in its shortest form. VariantEncoding.md of the Parquet format.
 *
 * Members of an array or object are written first, and then get their head with {@link finishArray} or
 * {@link finishObject}.
 */
export class VariantWriter {
  #bytes: Uint8Array = new Uint8Array(1024);
  #view: DataView = new DataView(this.#bytes.buffer);
  #length = 0;

  /** Bytes written. */
  get length(): number {
    return this.#length;
  }

  /** All that was written. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** A value that is encoded already. */
  encoded(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  null(): void {
    this.#head(Primitive.null, 0);
  }

  boolean(value: boolean): void {
    this.#head(value ? Primitive.true : Primitive.false, 0);
  }

  integer(value: number | bigint): void {
    const small = Number(value);
    if (small >= -0x80 && small <= 0x7f) {
      const at = this.#head(Primitive.int8, 1);
      this.#view.setInt8(at, small);
    } else if (small >= -0x8000 && small <= 0x7fff) {
      const at = this.#head(Primitive.int16, 2);
      this.#view.setInt16(at, small, true);
    } else if (small >= -0x8000_0000 && small <= 0x7fff_ffff) this.#integer32(Primitive.int32, small);
    else this.#integer64(Primitive.int64, BigInt(value));
  }

  double(value: number): void {
    const at = this.#head(Primitive.double, 8);
    this.#view.setFloat64(at, value, true);
  }

  float(value: number): void {
    const at = this.#head(Primitive.float, 4);
    this.#view.setFloat32(at, value, true);
  }

  decimal(unscaled: bigint, scale: number): void {
    const digits = unscaled < 0n ? -unscaled : unscaled;
    const [type, words] =
      digits < 10n ** 9n
        ? [Primitive.decimal4, 1]
        : digits < 10n ** 18n
          ? [Primitive.decimal8, 2]
          : [Primitive.decimal16, 4];
    const at = this.#head(type, 1 + 4 * words);
    this.#bytes[at] = scale;
    for (let word = 0; word < words; word++) {
      this.#view.setUint32(at + 1 + 4 * word, Number(BigInt.asUintN(32, unscaled >> BigInt(32 * word))), true);
    }
  }

  /** Days since 1970-01-01. */
  date(days: number): void {
    this.#integer32(Primitive.date, days);
  }

  /** Microseconds since 1970-01-01 00:00:00. */
  timestamp(micros: bigint, zone: "UTC" | "none"): void {
    this.#integer64(zone === "UTC" ? Primitive.timestamp : Primitive.timestampNtz, micros);
  }

  /** Microseconds since midnight. */
  time(micros: bigint): void {
    this.#integer64(Primitive.time, micros);
  }

  /** UTF-8. */
  string(text: Uint8Array): void {
    if (text.length > SHORT_STRING) {
      this.#sized(Primitive.string, text);
      return;
    }
    this.#reserve(1);
    this.#bytes[this.#length++] = (text.length << 2) | BasicType.shortString;
    this.encoded(text);
  }

  binary(bytes: Uint8Array): void {
    this.#sized(Primitive.binary, bytes);
  }

  /** 16 bytes, the highest first. */
  uuid(bytes: Uint8Array): void {
    this.#head(Primitive.uuid, 0);
    this.encoded(bytes);
  }

  /** Makes an array of what was written from byte `start` on; its elements begin at the bytes `starts`. */
  finishArray(start: number, starts: readonly number[]): void {
    const size = this.#length - start;
    const offsetWidth = widthOf(size);
    const isLarge = starts.length > 0xff;
    const countWidth = isLarge ? 4 : 1;
    const headLength = 1 + countWidth + (starts.length + 1) * offsetWidth;
    this.#insert(start, headLength);
    this.#bytes[start] = (((isLarge ? 4 : 0) | (offsetWidth - 1)) << 2) | BasicType.array;
    this.#unsigned(start + 1, starts.length, countWidth);
    this.#offsets(start + 1 + countWidth, start, starts, size, offsetWidth);
  }

  /** Makes an object likewise. `ids` are the field ids, by the UTF-8 bytes of their names, and `starts` in the same order. */
  finishObject(start: number, ids: readonly number[], starts: readonly number[]): void {
    const size = this.#length - start;
    const offsetWidth = widthOf(size);
    const idWidth = widthOf(ids.reduce((most, id) => Math.max(most, id), 0));
    const isLarge = ids.length > 0xff;
    const countWidth = isLarge ? 4 : 1;
    const idsAt = start + 1 + countWidth;
    const offsetsAt = idsAt + ids.length * idWidth;
    this.#insert(start, offsetsAt + (ids.length + 1) * offsetWidth - start);
    this.#bytes[start] = (((isLarge ? 16 : 0) | ((idWidth - 1) << 2) | (offsetWidth - 1)) << 2) | BasicType.object;
    this.#unsigned(start + 1, ids.length, countWidth);
    ids.forEach((id, index) => {
      this.#unsigned(idsAt + index * idWidth, id, idWidth);
    });
    this.#offsets(offsetsAt, start, starts, size, offsetWidth);
  }

  /** Writes offsets relative to `start`, and the size behind them. */
  #offsets(at: number, start: number, starts: readonly number[], size: number, width: number): void {
    starts.forEach((memberStart, index) => {
      this.#unsigned(at + index * width, memberStart - start, width);
    });
    this.#unsigned(at + starts.length * width, size, width);
  }

  /** Makes room for a head in front of the members. */
  #insert(start: number, bytes: number): void {
    this.#reserve(bytes);
    this.#bytes.copyWithin(start + bytes, start, this.#length);
    this.#length += bytes;
  }

  #sized(type: number, bytes: Uint8Array): void {
    const at = this.#head(type, 4);
    this.#view.setUint32(at, bytes.length, true);
    this.encoded(bytes);
  }

  #integer32(type: number, value: number): void {
    const at = this.#head(type, 4);
    this.#view.setInt32(at, value, true);
  }

  #integer64(type: number, value: bigint): void {
    const at = this.#head(type, 8);
    this.#view.setBigInt64(at, value, true);
  }

  /** Writes the first byte of a primitive, and gives the position of the `bytes` behind it. May replace the buffers. */
  #head(type: number, bytes: number): number {
    this.#reserve(1 + bytes);
    this.#bytes[this.#length] = (type << 2) | BasicType.primitive;
    this.#length += 1 + bytes;
    return this.#length - bytes;
  }

  #unsigned(at: number, value: number, width: number): void {
    for (let byte = 0; byte < width; byte++) this.#bytes[at + byte] = value / 256 ** byte;
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + bytes));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}
