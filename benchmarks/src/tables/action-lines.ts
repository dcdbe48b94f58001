import { COLUMNS, DAY_MS, FIRST_DAY, PARTITIONS, SCHEMA_STRING } from "./columns.js";
import { type Bounds, dateText, type FileRow } from "./file-row.js";
import { MersenneTwister, uuid } from "./mersenne-twister.js";

/** The `stats` of a file, as JSON text. */
export function statsText({ records, least, most, nulls }: FileRow): string {
  const counts = COLUMNS.map(([name], i) => `"${name}":${nulls[i]}`).join(",");
  return `{"numRecords":${records},"minValues":${boundsText(least)},"maxValues":${boundsText(most)},"nullCount":{${counts}}}`;
}

function boundsText(bounds: Bounds): string {
  const { id, quantity, price, customer, orderDate, eventTime, amount, score, sku, session } = bounds;
  return (
    `{"id":${id},"quantity":${quantity},"price":${double(price / 100)},"customer":"${customer}",` +
    `"order_date":"${dateText(orderDate)}","event_time":"${timeText(eventTime)}","amount":${hundredths(amount)},` +
    `"score":${double(score / 4096)},"sku":"${sku}","session":${session}}`
  );
}

/** A whole number keeps its point, as in Python. */
function double(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

function hundredths(value: number): string {
  const size = Math.abs(value);
  return `${value < 0 ? "-" : ""}${Math.floor(size / 100)}.${String(size % 100).padStart(2, "0")}`;
}

function timeText(ms: number): string {
  const day = Math.floor(ms / DAY_MS);
  const time = ms - day * DAY_MS;
  const two = (value: number): string => (value < 10 ? `0${value}` : String(value));
  const clock = `${two(Math.floor(time / 3_600_000))}:${two(Math.floor(time / 60_000) % 60)}:${two(Math.floor(time / 1000) % 60)}`;
  return `${dateText(day)}T${clock}.${String(time % 1000).padStart(3, "0")}Z`;
}

function partitionText({ region, date }: FileRow): string {
  return `{"region":"${region}","pdate":"${date}"}`;
}

export function addLine(row: FileRow): string {
  const stats = statsText(row).replaceAll('"', '\\"');
  return (
    `{"add":{"path":"${row.path}","partitionValues":${partitionText(row)},"size":${row.size},` +
    `"modificationTime":${row.modified},"dataChange":true,"stats":"${stats}"}}\n`
  );
}

export function removeLine(row: FileRow, when: number): string {
  return (
    `{"remove":{"path":"${row.path}","deletionTimestamp":${when},"dataChange":true,"extendedFileMetadata":true,` +
    `"partitionValues":${partitionText(row)},"size":${row.size}}}\n`
  );
}

/** When a version was committed, in milliseconds. */
export function commitTime(version: number): number {
  return FIRST_DAY * DAY_MS + version * 60_000;
}

export function commitInfoLine(version: number): string {
  const commitInfo = {
    timestamp: commitTime(version),
    operation: "WRITE",
    operationParameters: { mode: "Append", partitionBy: "[]" },
    readVersion: version - 1,
    isolationLevel: "Serializable",
    isBlindAppend: true,
    operationMetrics: { numFiles: "1", numOutputRows: "65536", numOutputBytes: "4194304" },
    engineInfo: "gen_tables/1",
    txnId: transactionId(version),
  };
  return `${JSON.stringify({ commitInfo })}\n`;
}

export function transactionId(version: number): string {
  return `${version.toString(16).padStart(8, "0")}-0000-4000-8000-000000000000`;
}

export interface ProtocolAction {
  readonly minReaderVersion: number;
  readonly minWriterVersion: number;
  readonly readerFeatures?: readonly string[];
  readonly writerFeatures?: readonly string[];
}

export function protocolAction(v2: boolean): ProtocolAction {
  if (!v2) return { minReaderVersion: 1, minWriterVersion: 2 };
  return {
    minReaderVersion: 3,
    minWriterVersion: 7,
    readerFeatures: ["v2Checkpoint"],
    writerFeatures: ["v2Checkpoint"],
  };
}

export interface MetadataAction {
  readonly id: string;
  readonly format: { readonly provider: string; readonly options: Readonly<Record<string, string>> };
  readonly schemaString: string;
  readonly partitionColumns: readonly string[];
  readonly configuration: Readonly<Record<string, string>>;
  readonly createdTime: number;
}

export function metadataAction(seed: number, v2: boolean): MetadataAction {
  return {
    id: uuid(new MersenneTwister(seed ^ 0x5eed).hex128()),
    format: { provider: "parquet", options: {} },
    schemaString: SCHEMA_STRING,
    partitionColumns: PARTITIONS.map(([name]) => name),
    configuration: v2 ? { "delta.checkpointPolicy": "v2" } : {},
    createdTime: FIRST_DAY * DAY_MS,
  };
}

export function headerLines(seed: number, v2: boolean): string {
  return `${JSON.stringify({ protocol: protocolAction(v2) })}\n${JSON.stringify({ metaData: metadataAction(seed, v2) })}\n`;
}
