import type { TimestampUnit } from "./wasm-request.js";

const TWO_32 = 2 ** 32;
const PER_MICRO = 1000;
const JULIAN_EPOCH_DAY = 2_440_588;
const MICROS_PER_DAY = 86_400_000_000;
const DAY_HIGH = Math.floor(MICROS_PER_DAY / TWO_32);
const DAY_LOW = MICROS_PER_DAY % TWO_32;
/** For days and high halves below this (some thousand years, some hundred hours), all sums are exact as numbers. */
const SMALL = 2 ** 21;

/** The format in which a timestamp of this unit leaves parquet-wasm under the footer of `decodePlan`. */
export function timestampFormat(unit: TimestampUnit): string {
  return unit === "INT96" ? "w:12" : "l";
}

/**
 * Writes timestamps as 64-bit microseconds, nanoseconds floored. 64-bit numbers go in and out as pairs of 32 bits, the
 * lower first: a `bigint` for each value would cost ten times as much.
 *
 * @throws RangeError for one that 64-bit microseconds do not hold.
 */
export function writeMicros(unit: Exclude<TimestampUnit, "MICROS">, source: Int32Array, target: Int32Array): void {
  if (unit === "MILLIS") multiply(source, target);
  else if (unit === "NANOS") divide(source, target);
  else fromInt96(source, target);
}

function multiply(source: Int32Array, target: Int32Array): void {
  for (let at = 0; at < target.length; at += 2) {
    const low = (source[at]! >>> 0) * PER_MICRO;
    const high = source[at + 1]! * PER_MICRO + Math.floor(low / TWO_32);
    if (high !== (high | 0)) throw tooFar();
    target[at] = low % TWO_32;
    target[at + 1] = high;
  }
}

function divide(source: Int32Array, target: Int32Array): void {
  for (let at = 0; at < target.length; at += 2) {
    const high = Math.floor(source[at + 1]! / PER_MICRO);
    const rest = source[at + 1]! - high * PER_MICRO;
    target[at] = Math.floor((rest * TWO_32 + (source[at]! >>> 0)) / PER_MICRO);
    target[at + 1] = high;
  }
}

/** INT96: nanoseconds of the day in 64 bits, then the Julian day in 32. */
function fromInt96(source: Int32Array, target: Int32Array): void {
  for (let at = 0, from = 0; at < target.length; at += 2, from += 3) {
    const nanosHigh = source[from + 1]!;
    const days = source[from + 2]! - JULIAN_EPOCH_DAY;
    if (nanosHigh >>> 0 < SMALL && Math.abs(days) < SMALL) {
      const micros = Math.floor((nanosHigh * TWO_32 + (source[from]! >>> 0)) / PER_MICRO);
      const low = days * DAY_LOW + micros;
      target[at] = low % TWO_32;
      target[at + 1] = days * DAY_HIGH + Math.floor(low / TWO_32);
    } else {
      writeExact(target, at, days, BigInt(nanosHigh) * BigInt(TWO_32) + BigInt(source[from]! >>> 0));
    }
  }
}

function writeExact(target: Int32Array, at: number, days: number, nanos: bigint): void {
  const thousand = BigInt(PER_MICRO);
  const remainder = ((nanos % thousand) + thousand) % thousand;
  const micros = BigInt(days) * BigInt(MICROS_PER_DAY) + (nanos - remainder) / thousand;
  if (micros !== BigInt.asIntN(64, micros)) throw tooFar();
  target[at] = Number(BigInt.asIntN(32, micros));
  target[at + 1] = Number(micros >> 32n);
}

function tooFar(): RangeError {
  return new RangeError("a timestamp is too far from 1970 for 64-bit microseconds");
}
