import { type Data, type DataType, type Field, RecordBatch, Schema, type Struct, vectorFromArray } from "apache-arrow";
import { statsText } from "./action-lines.js";
import {
  boolData,
  dateData,
  decimalData,
  doubleData,
  int32Data,
  int64Data,
  mapData,
  nullData,
  structData,
  timeData,
  utf8Data,
} from "./arrow-data.js";
import { COUNTS, MAP, PARTITION_PARSED, STATS_PARSED, VALUES } from "./checkpoint-types.js";
import { COLUMNS } from "./columns.js";
import type { Bounds, FileRow } from "./file-row.js";

/** A batch of one action column; the others are null. */
function columnBatch(fields: readonly Field[], name: string, column: Data): RecordBatch {
  const children = fields.map((field) => (field.name === name ? column : nullData(field.type, column.length)));
  const data = structData(fields, children, column.length);
  return new RecordBatch(new Schema([...fields]), data as Data<Struct>);
}

/** Actions other than files, as plain objects; absent members are null. */
export function actionBatch(fields: readonly Field[], name: string, actions: readonly object[]): RecordBatch {
  const { type } = fields.find((field) => field.name === name)!;
  const shaped = actions.map((action) => shape(action, type));
  const [column] = vectorFromArray(shaped, type as Struct).data;
  return columnBatch(fields, name, column as Data);
}

/** Arrow's builders take maps as `Map`s and want every member of a struct to be there. */
function shape(value: unknown, type: DataType): unknown {
  if (value === undefined || value === null) return null;
  if (type.typeId === 17) return new Map(Object.entries(value));
  if (type.typeId === 2 && (type as { bitWidth?: number }).bitWidth === 64) return BigInt(value as number);
  if (type.typeId !== 13) return value;
  const members = type.children as readonly Field[];
  return Object.fromEntries(
    members.map((field) => [field.name, shape((value as Record<string, unknown>)[field.name], field.type)]),
  );
}

/** `add` actions of files. */
export function addBatch(fields: readonly Field[], rows: readonly FileRow[]): RecordBatch {
  const { type } = fields.find(({ name }) => name === "add")!;
  const made: Readonly<Record<string, () => Data>> = {
    path: () => utf8Data(rows, ({ path }) => path),
    partitionValues: () => partitionValues(rows),
    size: () => int64Data(rows, ({ size }) => size),
    modificationTime: () => int64Data(rows, ({ modified }) => modified),
    dataChange: () => boolData(rows.length, false),
    stats: () => utf8Data(rows, statsText),
    partitionValues_parsed: () =>
      structData(
        PARTITION_PARSED.children,
        [utf8Data(rows, ({ region }) => region), dateData(rows, ({ day }) => day)],
        rows.length,
      ),
    stats_parsed: () => statsParsed(rows),
  };
  const members = type.children as readonly Field[];
  const children = members.map((field) => made[field.name]?.() ?? nullData(field.type, rows.length));
  return columnBatch(fields, "add", structData(members, children, rows.length));
}

function partitionValues(rows: readonly FileRow[]): Data {
  const values = utf8Data(
    rows.flatMap(({ region, date }) => [region, date]),
    (value) => value,
  );
  return mapData(MAP, ["region", "pdate"], values, rows.length);
}

function statsParsed(rows: readonly FileRow[]): Data {
  const counts = COLUMNS.map((_, i) => int64Data(rows, ({ nulls }) => nulls[i]!));
  return structData(
    STATS_PARSED.children,
    [
      int64Data(rows, ({ records }) => records),
      boundsData(rows, ({ least }) => least),
      boundsData(rows, ({ most }) => most),
      structData(COUNTS.children, counts, rows.length),
    ],
    rows.length,
  );
}

function boundsData(rows: readonly FileRow[], get: (row: FileRow) => Bounds): Data {
  const bounds = rows.map(get);
  return structData(
    VALUES.children,
    [
      int64Data(bounds, ({ id }) => id),
      int32Data(bounds, ({ quantity }) => quantity),
      doubleData(bounds, ({ price }) => price / 100),
      utf8Data(bounds, ({ customer }) => customer),
      dateData(bounds, ({ orderDate }) => orderDate),
      timeData(bounds, ({ eventTime }) => eventTime),
      decimalData(bounds, ({ amount }) => amount),
      doubleData(bounds, ({ score }) => score / 4096),
      utf8Data(bounds, ({ sku }) => sku),
      int64Data(bounds, ({ session }) => session),
    ],
    rows.length,
  );
}
