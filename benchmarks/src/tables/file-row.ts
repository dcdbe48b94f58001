import { DAY_MS, FIRST_DAY, FIRST_NAMES, LAST_NAMES, REGIONS } from "./columns.js";
import { hex, MersenneTwister, uuid } from "./mersenne-twister.js";

/** The values of the columns at one end of a file: its least, or its greatest. */
export interface Bounds {
  readonly id: number;
  readonly quantity: number;
  /** Hundredths. */
  readonly price: number;
  readonly customer: string;
  /** Days since 1970-01-01. */
  readonly orderDate: number;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly eventTime: number;
  /** Hundredths. */
  readonly amount: number;
  /** 4096ths. */
  readonly score: number;
  readonly sku: string;
  readonly session: number;
}

/** One data file of a generated table, as its `add` action tells of it. */
export interface FileRow {
  readonly path: string;
  readonly region: string;
  /** Day of the partition, since 1970-01-01, and as text. */
  readonly day: number;
  readonly date: string;
  readonly size: number;
  readonly modified: number;
  readonly records: number;
  readonly least: Bounds;
  readonly most: Bounds;
  /** Nulls of each column. */
  readonly nulls: readonly number[];
}

/** An endless stream of files, the same for the same seed; `total` of them are spread over about a year of days. */
export function* fileRows(seed: number, total: number): Generator<FileRow, never, undefined> {
  const random = new MersenneTwister(seed);
  const perDay = Math.max(1, Math.floor(total / 365));
  let nextId = 1;
  for (let index = 0; ; index++) {
    const row = fileRow(random.words(14), index, Math.min(Math.floor(index / perDay), 700), nextId);
    nextId += row.records;
    yield row;
  }
}

/** The bits are taken in the order of the Python generator, from the least significant on. */
function fileRow(words: Uint32Array, index: number, dayOfTable: number, id: number): FileRow {
  let position = 128;
  const take = (bits: number): number => {
    const word = position >>> 5;
    const shift = position & 31;
    position += bits;
    const low = words[word]! >>> shift;
    const high = shift === 0 ? 0 : (words[word + 1] ?? 0) << (32 - shift);
    return ((low | high) & (2 ** bits - 1)) >>> 0;
  };
  const region = REGIONS[take(3)]!;
  const day = FIRST_DAY + dayOfTable;
  const date = dateText(day);
  const name = `part-${String(index % 100_000).padStart(5, "0")}-${uuid(hex(words, 0))}.c000.snappy.parquet`;
  const records = 20_000 + take(17);
  const size = records * (60 + take(5)) + take(10);
  const start = Math.floor((take(26) % DAY_MS) / 2);
  const end = start + take(25);
  const modified = day * DAY_MS + 43_200_000 + take(25);
  const quantity = take(3);
  const price = 99 + take(10);
  const priceMost = price + 1000 + take(20);
  const amount = -take(12);
  const amountMost = 10_000 + take(24);
  const score = take(8) + 1;
  const scoreMost = 1000 + take(12);
  const sku = take(16);
  const before = take(5);
  const after = take(3);
  const customer = personName(take(5) % 10, take(4));
  const customerMost = personName(10 + (take(5) % 10), take(4));
  const session = take(30);
  const zero = take(3);
  const few = take(12);
  return {
    path: `region=${region}/pdate=${date}/${name}`,
    region,
    day,
    date,
    size,
    modified,
    records,
    least: {
      id,
      quantity: 1 + quantity,
      price,
      customer,
      orderDate: day - before,
      eventTime: day * DAY_MS + start,
      amount,
      score,
      sku: skuText(sku),
      session,
    },
    most: {
      id: id + records - 1,
      quantity: 100 + quantity,
      price: priceMost,
      customer: customerMost,
      orderDate: day + after,
      eventTime: day * DAY_MS + Math.min(end, DAY_MS - 1),
      amount: amountMost,
      score: scoreMost,
      sku: skuText(sku + 31_337),
      session: session + 2 ** 30,
    },
    nulls: [0, zero > 0 ? few % 17 : 0, 0, few, 0, 0, Math.floor(few / 3), zero > 3 ? Math.floor(few / 2) : 0, 0, 0],
  };
}

function personName(first: number, last: number): string {
  return `${FIRST_NAMES[first]} ${LAST_NAMES[last]}`;
}

function skuText(number: number): string {
  return `SKU-${String(number).padStart(6, "0")}`;
}

const dates = new Map<number, string>();

/** `2024-01-01` for days since 1970-01-01. */
export function dateText(day: number): string {
  let text = dates.get(day);
  if (text === undefined) {
    text = new Date(day * DAY_MS).toISOString().slice(0, 10);
    dates.set(day, text);
  }
  return text;
}
