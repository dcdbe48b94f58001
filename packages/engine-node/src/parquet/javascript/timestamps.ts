import { type FixedValues, fixedValues } from "./values.js";

const LEAST = -(2n ** 63n);
const MOST = 2n ** 63n - 1n;

/** INT64 milliseconds to microseconds. */
export function microsFromMillis(values: FixedValues): FixedValues {
  const { count } = values;
  const millis = longsOf(values);
  const micros = new BigInt64Array(count);
  for (let i = 0; i < count; i++) micros[i] = checked(millis[i]! * 1000n);
  return fixedValues(8, count, new Uint8Array(micros.buffer));
}

/** INT64 nanoseconds to microseconds, rounded down. */
export function microsFromNanos(values: FixedValues): FixedValues {
  const { count } = values;
  const nanos = longsOf(values);
  const micros = new BigInt64Array(count);
  for (let i = 0; i < count; i++) {
    const value = nanos[i]!;
    const quotient = value / 1000n;
    // Division of bigints cuts towards zero.
    micros[i] = value < 0n && quotient * 1000n !== value ? quotient - 1n : quotient;
  }
  return fixedValues(8, count, new Uint8Array(micros.buffer));
}

const EPOCH_DAY = 2_440_588;
const TWO_32 = 2 ** 32;
/** Microseconds of a day are DAY_HIGH * 2^32 + DAY_LOW. */
const DAY_HIGH = 20;
const DAY_LOW = 500_654_080;
const DAY = 86_400_000_000n;
/** Up to this many days from 1970, every sum of halves below stays a safe integer. */
const SAFE_DAYS = 2 ** 23;
/** Nanoseconds below this have a high half that is small enough, too. */
const SAFE_HIGH = 2 ** 20;

/**
 * INT96 (eight bytes of nanoseconds within the day, four of Julian day) to microseconds, rounded down. The sum is made
 * of 32-bit halves in doubles, all of them exact, since bigints would take ten times as long; dates beyond year 20 000
 * take the long way.
 */
export function microsFromInt96({ bytes, count }: FixedValues): FixedValues {
  const from = new Int32Array(bytes.buffer, bytes.byteOffset, count * 3);
  const to = new Int32Array(count * 2);
  const longs = new BigInt64Array(to.buffer);
  for (let i = 0; i < count; i++) {
    const nanosLow = from[i * 3]! >>> 0;
    const nanosHigh = from[i * 3 + 1]!;
    const day = from[i * 3 + 2]! - EPOCH_DAY;
    if (nanosHigh >= 0 && nanosHigh < SAFE_HIGH && day > -SAFE_DAYS && day < SAFE_DAYS) {
      const low = day * DAY_LOW + Math.floor((nanosHigh * TWO_32 + nanosLow) / 1000);
      const carry = Math.floor(low / TWO_32);
      to[i * 2] = low - carry * TWO_32;
      to[i * 2 + 1] = day * DAY_HIGH + carry;
    } else {
      const nanos = (BigInt(nanosHigh) << 32n) | BigInt(nanosLow);
      const floored = nanos / 1000n - (nanos % 1000n < 0n ? 1n : 0n);
      longs[i] = checked(BigInt(day) * DAY + floored);
    }
  }
  return fixedValues(8, count, new Uint8Array(to.buffer));
}

function longsOf({ bytes, count }: FixedValues): BigInt64Array {
  return new BigInt64Array(bytes.buffer, bytes.byteOffset, count);
}

function checked(micros: bigint): bigint {
  if (micros < LEAST || micros > MOST) throw new Error("a timestamp does not fit into 64 bits of microseconds");
  return micros;
}
