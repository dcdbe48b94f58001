import {
  type Data,
  type DataType,
  Field,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Type,
  type Vector,
} from "apache-arrow";
import type { Engine } from "../../src/engine/engine.js";
import type { ParquetBatch, ParquetField, ParquetFile, ParquetHandler } from "../../src/engine/parquet.js";
import { DeltaError, throwIfAborted } from "../../src/errors.js";
import { memoryStorage, virtualClock } from "../../src/testing/index.js";

/** A data file that is held as Arrow batches, and gives out what a Parquet file of the same content would. */
export interface ArrowFile {
  readonly batches: readonly RecordBatch[];
  /** Field ids, by dotted path; without them the file has none. */
  readonly fieldIds?: Readonly<Record<string, number>>;
  /** What the footer says, when it does not say the truth. */
  readonly numRows?: number;
}

/** What an engine of {@link arrowEngine} was asked for. */
export interface ReadLog {
  readonly columns: (readonly (readonly string[])[] | undefined)[];
  /** Files open now, and at most. */
  reading: number;
  most: number;
  readonly signals: AbortSignal[];
}

export function arrowEngine(files: Readonly<Record<string, ArrowFile>>, limits = { requests: 8, decodes: 2 }) {
  const log: ReadLog = { columns: [], reading: 0, most: 0, signals: [] };
  const engine: Engine = {
    storage: memoryStorage(),
    clock: virtualClock(),
    parquet: arrowParquet(files, log),
    json: undefined as never,
    random: () => 0,
    limits,
    close: async () => {},
  };
  return { engine, log };
}

function arrowParquet(files: Readonly<Record<string, ArrowFile>>, log: ReadLog): ParquetHandler {
  return {
    async open(url, { size, signal }): Promise<ParquetFile> {
      throwIfAborted(signal);
      const file = files[url];
      if (file === undefined) throw new DeltaError("FILE_NOT_FOUND", `There is no object ${url}.`, { path: url });
      const { batches, fieldIds = {} } = file;
      const numRows = file.numRows ?? batches.reduce((sum, batch) => sum + batch.numRows, 0);
      const fields = parquetFields(batches[0]?.schema.fields ?? [], fieldIds, []);
      return {
        url,
        size,
        numRows,
        fields,
        rowGroups: [{ rowStart: 0, numRows, columns: [] }],
        keyValueMetadata: new Map(),
        async *read({ columns, rowGroups, signal } = {}): AsyncGenerator<ParquetBatch> {
          log.columns.push(columns);
          if (rowGroups?.length === 0) return;
          if (signal) log.signals.push(signal);
          log.most = Math.max(log.most, ++log.reading);
          try {
            let rowOffset = 0;
            for (const batch of batches) {
              await Promise.resolve();
              throwIfAborted(signal);
              yield { batch: columns === undefined ? batch : select(batch, columns), rowOffset };
              rowOffset += batch.numRows;
            }
          } finally {
            log.reading--;
          }
        },
      };
    },
  };
}

function parquetFields(
  fields: readonly Field[],
  ids: Readonly<Record<string, number>>,
  parent: readonly string[],
): ParquetField[] {
  return fields.map(({ name, type }) => {
    const path = [...parent, name];
    const fieldId = ids[path.join(".")];
    const kind =
      type.typeId === Type.Struct
        ? "struct"
        : type.typeId === Type.List
          ? "list"
          : type.typeId === Type.Map
            ? "map"
            : "leaf";
    const members: readonly Field[] =
      kind === "leaf" ? [] : kind === "map" ? type.children[0]!.type.children : type.children;
    return { name, kind, children: parquetFields(members, ids, path), ...(fieldId === undefined ? {} : { fieldId }) };
  });
}

/** The batch cut to the wanted columns, in file order. */
function select(batch: RecordBatch, columns: readonly (readonly string[])[]): RecordBatch {
  const [type, data] = selectStruct(new Struct(batch.schema.fields), batch.data, columns);
  return new RecordBatch(new Schema(type.children), data as Data<Struct>);
}

function selectStruct(type: DataType, data: Data, columns: readonly (readonly string[])[]): [DataType, Data] {
  for (const [name] of columns) if (!type.children.some((child) => child.name === name)) throw new Error(`no ${name}`);
  const kept: [Field, Data][] = type.children.flatMap((field: Field, index: number) => {
    const below = columns.filter(([name]) => name === field.name).map((path) => path.slice(1));
    if (below.length === 0) return [];
    if (below.some((path) => path.length === 0)) return [[field, data.children[index]!] as [Field, Data]];
    if (field.type.typeId !== Type.Struct) throw new Error(`a path goes through ${field.name}`);
    const [childType, child] = selectStruct(field.type, data.children[index]!, below);
    return [[new Field(field.name, childType, field.nullable), child] as [Field, Data]];
  });
  const struct = new Struct(kept.map(([field]) => field));
  const { offset, length, nullCount, nullBitmap } = data;
  return [
    struct,
    makeData({ type: struct, offset, length, nullCount, nullBitmap, children: kept.map(([, child]) => child) }),
  ];
}

/** One batch of the given columns. */
export function batchOf(columns: Readonly<Record<string, Vector>>, nullable = true): RecordBatch {
  const entries = Object.entries(columns);
  const fields = entries.map(([name, vector]) => new Field(name, vector.type, nullable));
  const length = entries[0]?.[1].length ?? 0;
  const children = entries.map(([, vector]) => vector.data[0]!);
  return new RecordBatch(new Schema(fields), makeData({ type: new Struct(fields), length, children, nullCount: 0 }));
}

/** The values of a column, exact: longs, timestamps and decimals (unscaled) as bigints, maps as pairs. */
export function valuesOf(data: Data): unknown[] {
  return Array.from({ length: data.length }, (_, row) => valueAt(data, row));
}

/** The rows of a batch as objects. */
export function rowsOf(batch: RecordBatch): Record<string, unknown>[] {
  return valuesOf(batch.data) as Record<string, unknown>[];
}

function valueAt(data: Data, row: number): unknown {
  const { type, values, valueOffsets, children } = data;
  if (type.typeId === Type.Null || !data.getValid(row)) return null;
  switch (type.typeId) {
    case Type.Bool:
      return ((values[(data.offset + row) >> 3] >> ((data.offset + row) & 7)) & 1) === 1;
    case Type.Utf8:
      return new TextDecoder().decode(values.subarray(valueOffsets[row], valueOffsets[row + 1]));
    case Type.Binary:
      return Array.from(values.subarray(valueOffsets[row], valueOffsets[row + 1]) as Uint8Array);
    case Type.FixedSizeBinary:
      return Array.from(values.subarray(row * data.stride, (row + 1) * data.stride) as Uint8Array);
    case Type.Decimal: {
      const words = Array.from(values.subarray(4 * row, 4 * row + 4) as Uint32Array, BigInt).reverse();
      return BigInt.asIntN(
        128,
        words.reduce((all, word) => (all << 32n) | word, 0n),
      );
    }
    case Type.List:
    case Type.Map: {
      const count = valueOffsets[row + 1]! - valueOffsets[row]!;
      const list = Array.from({ length: count }, (_, at) => valueAt(children[0]!, valueOffsets[row]! + at));
      return type.typeId === Type.List ? list : list.map((entry) => Object.values(entry as object));
    }
    case Type.Struct:
      return Object.fromEntries(
        type.children.map((child: Field, at: number) => [child.name, valueAt(children[at]!, row)]),
      );
    default:
      return values[row];
  }
}
