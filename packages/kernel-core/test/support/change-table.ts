import {
  Binary,
  type Data,
  type DataType,
  Field,
  Int32,
  Int64,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  tableToIPC,
  Utf8,
  vectorFromArray,
} from "apache-arrow";
import { Table as WasmTable, WriterPropertiesBuilder, writeParquet } from "parquet-wasm";
import type { DeletionVectorDescriptor } from "../../src/actions/add-file.js";
import { type ReadChangesOptions, readChanges } from "../../src/changes/read-changes.js";
import { DeletionVector, encodeDeletionVector } from "../../src/deletion-vector/deletion-vector.js";
import { encodeZ85 } from "../../src/deletion-vector/z85.js";
import { rowsOf } from "./arrow-files.js";
import { type Action, add, LogTable, ROOT, remove } from "./log-table.js";

/** Columns by name: longs as bigints, integers as numbers, texts, bytes. */
export type Columns = Readonly<Record<string, readonly (bigint | number | string | Uint8Array | null)[]>>;

/** Protocol and metadata of a table with a change data feed and deletion vectors. */
export const feedProtocol: Action = {
  protocol: {
    minReaderVersion: 3,
    minWriterVersion: 7,
    readerFeatures: ["deletionVectors"],
    writerFeatures: ["deletionVectors", "changeDataFeed"],
  },
};

export const column = (name: string, type: unknown, more: object = {}): object => ({
  name,
  type,
  nullable: true,
  metadata: {},
  ...more,
});

export function feedMetadata(
  fields: readonly object[] = [column("id", "long")],
  more: object = {},
  properties: object = {},
): Action {
  return {
    metaData: {
      id: "t",
      format: { provider: "parquet", options: {} },
      schemaString: JSON.stringify({ type: "struct", fields }),
      partitionColumns: [],
      configuration: { "delta.enableChangeDataFeed": "true", ...properties },
      ...more,
    },
  };
}

/** A change as plain data: `[type, version, …values of the table's columns]`. */
export type Change = [type: string, version: number, ...values: unknown[]];

/** A table with real data files, in a recorded memory store. */
export class ChangeTable extends LogTable {
  readonly #sizes = new Map<string, number>();

  /** Writes a data file, by arrow-rs; `rowGroup` is the most rows of a row group. */
  file(path: string, columns: Columns, rowGroup = 1_000_000): void {
    const batch = batchOf(columns);
    const properties = new WriterPropertiesBuilder().setMaxRowGroupSize(rowGroup).build();
    const table = WasmTable.fromIPCStream(tableToIPC(new Table(batch), "stream"));
    const bytes = writeParquet(table, properties);
    this.memory.set(ROOT + path, bytes);
    this.#sizes.set(path, bytes.length);
  }

  /** A data file of ids from `first` on. */
  ids(path: string, first: number, count: number, rowGroup?: number): void {
    this.file(path, { id: Array.from({ length: count }, (_, row) => BigInt(first + row)) }, rowGroup);
  }

  added(path: string, more: object = {}): Action {
    return add(path, { size: this.#sizes.get(path), ...more });
  }

  removed(path: string, more: object = {}): Action {
    return remove(path, { size: this.#sizes.get(path), partitionValues: {}, ...more });
  }

  changed(path: string, more: object = {}): Action {
    return { cdc: { path, size: this.#sizes.get(path), partitionValues: {}, dataChange: false, ...more } };
  }

  /** The feed's rows, those of one version sorted. */
  async changes(options: ReadChangesOptions): Promise<Change[]> {
    const changes: Change[] = [];
    for await (const batch of readChanges(this.engine, ROOT, options)) {
      for (const { _change_type, _commit_version, _commit_timestamp, ...values } of rowsOf(batch)) {
        changes.push([_change_type as string, Number(_commit_version), ...Object.values(values)]);
      }
    }
    const key = (change: Change) => change.map((value) => String(value)).join("\u0000");
    return changes
      .map((change, at) => ({ change, at }))
      .sort((a, b) => a.change[1] - b.change[1] || (key(a.change) < key(b.change) ? -1 : 1))
      .map(({ change }) => change);
  }
}

/** An inline deletion vector of these rows, as an action has it. */
export function vectorOf(rows: readonly number[]): { readonly deletionVector: DeletionVectorDescriptor } {
  const bytes = encodeDeletionVector(DeletionVector.of(rows));
  const pathOrInlineDv = encodeZ85(bytes);
  return { deletionVector: { storageType: "i", pathOrInlineDv, sizeInBytes: bytes.length, cardinality: rows.length } };
}

function typeOf(value: Columns[string][number] | undefined): DataType {
  switch (typeof value) {
    case "bigint":
      return new Int64();
    case "number":
      return new Int32();
    case "string":
      return new Utf8();
    default:
      return new Binary();
  }
}

function batchOf(columns: Columns): RecordBatch {
  const fields: Field[] = [];
  const children: Data[] = [];
  for (const [name, values] of Object.entries(columns)) {
    const type = typeOf(values.find((value) => value !== null));
    fields.push(new Field(name, type, true));
    children.push(vectorFromArray(values as never[], type).data[0]!);
  }
  const length = children[0]!.length;
  return new RecordBatch(new Schema(fields), makeData({ type: new Struct(fields), length, nullCount: 0, children }));
}
