import { Field, Float64, Int32, Int64, List, Table, tableToIPC, Utf8, vectorFromArray } from "apache-arrow";
import { Table as WasmTable, WriterPropertiesBuilder, WriterVersion, writeParquet } from "parquet-wasm";

export interface WriteOptions {
  readonly version?: "v1" | "v2";
  /** Bytes after which a page ends, roughly. */
  readonly pageBytes?: number;
  readonly dictionary?: boolean;
}

/** Writes an Arrow table as Parquet, in small pages. */
export function parquetBytes(table: Table, options: WriteOptions = {}): Uint8Array {
  const { version = "v1", pageBytes = 2000, dictionary = true } = options;
  const properties = new WriterPropertiesBuilder()
    .setWriterVersion(version === "v1" ? WriterVersion.V1 : WriterVersion.V2)
    .setDataPageSizeLimit(pageBytes)
    .setWriteBatchSize(64)
    .setDictionaryEnabled(dictionary)
    .build();
  return writeParquet(WasmTable.fromIPCStream(tableToIPC(table, "stream")), properties);
}

/** Rows whose values tell their positions. */
export function numberedRows(count: number): Table {
  const numbers = Array.from({ length: count }, (_, index) => index);
  const lists = numbers.map((n) => (n % 3 === 0 ? null : Array.from({ length: n % 4 }, (_, i) => n + i)));
  return new Table({
    id: vectorFromArray(numbers.map(BigInt), new Int64()),
    half: vectorFromArray(
      numbers.map((n) => n / 2),
      new Float64(),
    ),
    text: vectorFromArray(
      numbers.map((n) => (n % 7 === 0 ? null : `row ${n}`)),
      new Utf8(),
    ),
    kind: vectorFromArray(
      numbers.map((n) => `kind ${n % 5}`),
      new Utf8(),
    ),
    list: vectorFromArray(lists, new List(new Field("element", new Int32(), true))),
  });
}
