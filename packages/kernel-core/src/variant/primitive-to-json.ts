import { readUnsigned } from "./little-endian.js";
import { dateText, timestampText, timeText } from "./time-text.js";
import { decodeText } from "./variant-dictionary.js";
import { Primitive } from "./variant-format.js";
import { VariantInvalid } from "./variant-invalid.js";

/** The JSON text of a primitive value. Throws {@link VariantInvalid} if it is cut short or of an unknown type. */
export function primitiveToJson(value: Uint8Array): string {
  const type = value[0]! >> 2;
  switch (type) {
    case Primitive.null:
      return "null";
    case Primitive.true:
      return "true";
    case Primitive.false:
      return "false";
    case Primitive.int8:
      return String(integerAt(value, 1, 1));
    case Primitive.int16:
      return String(integerAt(value, 1, 2));
    case Primitive.int32:
      return String(integerAt(value, 1, 4));
    case Primitive.int64:
      return String(integerAt(value, 1, 8));
    case Primitive.double:
      return floatText(view(value, 1, 8).getFloat64(0, true), String);
    case Primitive.float:
      return floatText(view(value, 1, 4).getFloat32(0, true), shortestFloat);
    case Primitive.decimal4:
      return decimalText(integerAt(value, 2, 4), value[1]!);
    case Primitive.decimal8:
      return decimalText(integerAt(value, 2, 8), value[1]!);
    case Primitive.decimal16:
      return decimalText(integerAt(value, 2, 16), value[1]!);
    case Primitive.date:
      return quoted(dateText(Number(integerAt(value, 1, 4))));
    case Primitive.timestamp:
      return quoted(`${timestampText(integerAt(value, 1, 8), 6)}+00:00`);
    case Primitive.timestampNtz:
      return quoted(timestampText(integerAt(value, 1, 8), 6));
    case Primitive.timestampNanos:
      return quoted(`${timestampText(integerAt(value, 1, 8), 9)}+00:00`);
    case Primitive.timestampNtzNanos:
      return quoted(timestampText(integerAt(value, 1, 8), 9));
    case Primitive.time:
      return quoted(timeText(integerAt(value, 1, 8), 6));
    case Primitive.binary:
      return quoted(base64(sized(value)));
    case Primitive.string:
      return JSON.stringify(decodeText(sized(value)));
    case Primitive.uuid:
      return quoted(uuidText(sized(value, 16)));
    default:
      throw new VariantInvalid(`it has a value of the unknown type ${type}`);
  }
}

/** A signed integer of that many bytes. */
function integerAt(value: Uint8Array, at: number, bytes: number): bigint {
  if (at + bytes > value.length) throw new VariantInvalid("it ends in the middle of a number");
  let integer = 0n;
  for (let byte = bytes - 1; byte >= 0; byte--) integer = (integer << 8n) | BigInt(value[at + byte]!);
  return BigInt.asIntN(8 * bytes, integer);
}

function view(value: Uint8Array, at: number, bytes: number): DataView {
  if (at + bytes > value.length) throw new VariantInvalid("it ends in the middle of a number");
  return new DataView(value.buffer, value.byteOffset + at, bytes);
}

/** The bytes of a text or binary, behind their number; or that many right behind the head. */
function sized(value: Uint8Array, fixed?: number): Uint8Array {
  const start = fixed === undefined ? 5 : 1;
  const end = start + (fixed ?? readUnsigned(value, 1, 4));
  if (end > value.length) throw new VariantInvalid("it ends in the middle of a text or binary");
  return value.subarray(start, end);
}

function quoted(text: string): string {
  return `"${text}"`;
}

/** With a point or an exponent, so that it stays a floating-point number. */
function floatText(value: number, toText: (value: number) => string): string {
  if (!Number.isFinite(value)) return quoted(String(value));
  if (Object.is(value, -0)) return "-0.0";
  const text = toText(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** The fewest digits that are this 32-bit number and no other. */
function shortestFloat(value: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return String(Number(text));
  }
  return String(Number(value.toPrecision(9)));
}

function decimalText(unscaled: bigint, scale: number): string {
  if (scale > 38) throw new VariantInvalid(`it has a decimal of scale ${scale}, and at most 38 is possible`);
  if (scale === 0) return String(unscaled);
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, "0");
  const point = digits.length - scale;
  return `${unscaled < 0n ? "-" : ""}${digits.slice(0, point)}.${digits.slice(point)}`;
}

function uuidText(bytes: Uint8Array): string {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

function base64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const [a, b = 0, c = 0] = bytes.subarray(at, at + 3);
    const group = (a! << 16) | (b << 8) | c;
    for (let sextet = 0; sextet < 4; sextet++) {
      text += at + sextet > bytes.length ? "=" : BASE64[(group >> (18 - 6 * sextet)) & 63];
    }
  }
  return text;
}
