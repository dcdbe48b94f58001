import { type DataType, Type } from "apache-arrow";
import type { ColumnMetaData, SchemaElement } from "hyparquet";
import type { DecodeJob } from "./decoder.js";
import { timestampOf } from "./schema/arrow-type.js";
import { binary, i32, i64, list, struct, type ThriftValue, writeThrift } from "./thrift-writer.js";
import type { Layout } from "./wasm-request.js";

/** What of a job depends on the file's metadata. */
export interface DecodePlan {
  /** Thrift-encoded FileMetaData: of one row group, with the selected leaves alone. */
  readonly footer: Uint8Array;
  /** How each column is to come out. */
  readonly layouts: readonly Layout[];
  /** The chunks that will be read. */
  readonly chunks: readonly ColumnMetaData[];
}

/** A schema element with its selected descendants. */
interface Node {
  readonly element: SchemaElement;
  readonly children: readonly Node[];
}

/**
 * Writes a footer that makes parquet-wasm decode what the Parquet contract wants and nothing else. It says less than the
 * file's own: no statistics, page indexes or key-value metadata (an `ARROW:schema` would change types), and of the
 * annotations only those that say how values are shaped. So timestamps come as plain integers and text as bytes, and
 * INT96 as twelve bytes, since parquet-wasm lets years before 1677 and after 2262 wrap. Leaves that are not selected are
 * not mentioned: selecting by name is ambiguous for names with dots, and panics for half a map.
 */
export function decodePlan({ metadata, rowGroup, leaves, schema }: DecodeJob): DecodePlan {
  const group = metadata.row_groups[rowGroup]!;
  const { root, chunkIndexes } = selectLeaves(metadata.schema, leaves);
  const elements: ThriftValue[] = [groupElement(root)];
  const layouts = root.children.map((child, index) => writeNode(child, schema.fields[index]!.type, elements));
  const chunks = chunkIndexes.map((index) => group.columns[index]!.meta_data!);
  const footer = struct(
    [1, i32(metadata.version)],
    [2, list("struct", elements)],
    [3, i64(group.num_rows)],
    [4, list("struct", [rowGroupStruct(chunks, group.num_rows)])],
    [6, metadata.created_by === undefined ? undefined : binary(metadata.created_by)],
  );
  return { footer: writeThrift(footer), layouts, chunks };
}

function selectLeaves(
  elements: readonly SchemaElement[],
  leaves: readonly (readonly string[])[],
): { root: Node; chunkIndexes: number[] } {
  const wanted = new Set(leaves.map(pathKey));
  const chunkIndexes: number[] = [];
  let next = 0;
  let leafCount = 0;
  const read = (path: readonly string[]): Node | undefined => {
    const element = elements[next++]!;
    const ownPath = next === 1 ? [] : [...path, element.name];
    if (element.type !== undefined && next > 1) {
      const index = leafCount++;
      if (!wanted.has(pathKey(ownPath))) return undefined;
      chunkIndexes.push(index);
      return { element, children: [] };
    }
    const children: Node[] = [];
    for (let left = element.num_children ?? 0; left > 0; left--) {
      const child = read(ownPath);
      if (child !== undefined) children.push(child);
    }
    return children.length > 0 ? { element, children } : undefined;
  };
  const root = read([]);
  if (root === undefined || chunkIndexes.length !== leaves.length) {
    throw new Error("The selected leaves are not those of the file.");
  }
  return { root, chunkIndexes };
}

function pathKey(path: readonly string[]): string {
  return path.join("\0");
}

/** Writes the elements of a node that may be repeated without being in a list or map: a list of itself. */
function writeNode(node: Node, type: DataType, elements: ThriftValue[]): Layout {
  if (node.element.repetition_type !== "REPEATED") return writeSingle(node, type, elements);
  return { kind: "list", child: writeSingle(node, childTypes(type)[0]!, elements) };
}

function writeSingle(node: Node, type: DataType, elements: ThriftValue[]): Layout {
  const types = childTypes(type);
  switch (type.typeId) {
    case Type.Struct:
      elements.push(groupElement(node));
      return { kind: "struct", children: node.children.map((child, i) => writeNode(child, types[i]!, elements)) };
    case Type.List: {
      elements.push(groupElement(node, "LIST"));
      const repeated = node.children[0]!;
      if (!isWrapper(repeated, node)) return { kind: "list", child: writeSingle(repeated, types[0]!, elements) };
      elements.push(groupElement(repeated));
      return { kind: "list", child: writeNode(repeated.children[0]!, types[0]!, elements) };
    }
    case Type.Map: {
      elements.push(groupElement(node, "MAP"));
      const entries = node.children[0]!;
      elements.push(groupElement(entries));
      const entryTypes = childTypes(types[0]!);
      const children = entries.children.map((child, i) => writeNode(child, entryTypes[i]!, elements));
      return { kind: "list", child: { kind: "struct", children } };
    }
    default:
      elements.push(leafElement(node.element, type));
      return leafLayout(node.element, type);
  }
}

function childTypes(type: DataType): DataType[] {
  return ((type.children ?? []) as { type: DataType }[]).map((field) => field.type);
}

/** "LogicalTypes.md", "Backward-compatibility rules" of lists: whether the repeated group is not the element itself. */
function isWrapper(repeated: Node, list: Node): boolean {
  if (repeated.children.length !== 1 || repeated.children[0]!.element.repetition_type === "REPEATED") return false;
  return repeated.element.name !== "array" && repeated.element.name !== `${list.element.name}_tuple`;
}

const PHYSICAL_TYPES = ["BOOLEAN", "INT32", "INT64", "INT96", "FLOAT", "DOUBLE", "BYTE_ARRAY", "FIXED_LEN_BYTE_ARRAY"];
const REPETITIONS = ["REQUIRED", "OPTIONAL", "REPEATED"];
const CODECS = ["UNCOMPRESSED", "SNAPPY", "GZIP", "LZO", "BROTLI", "LZ4", "ZSTD", "LZ4_RAW"];
/** "parquet.thrift", `ConvertedType`: those that are written. */
const CONVERTED_TYPES = { MAP: 1, LIST: 3, DECIMAL: 5, UINT_8: 11, UINT_16: 12, INT_8: 15, INT_16: 16 };
const INT96_BYTES = 12;

type Annotation = keyof typeof CONVERTED_TYPES;

function groupElement({ element, children }: Node, annotation?: Annotation): ThriftValue {
  return struct(
    [3, repetition(element)],
    [4, binary(element.name)],
    [5, i32(children.length)],
    [6, annotation && i32(CONVERTED_TYPES[annotation])],
  );
}

function leafElement(element: SchemaElement, type: DataType): ThriftValue {
  const annotation = annotationOf(type);
  const decimal = annotation === "DECIMAL" ? (type as DataType & { scale: number; precision: number }) : undefined;
  const isInt96 = element.type === "INT96";
  const length = isInt96 ? INT96_BYTES : element.type_length;
  return struct(
    [1, i32(PHYSICAL_TYPES.indexOf(isInt96 ? "FIXED_LEN_BYTE_ARRAY" : element.type!))],
    [2, length === undefined ? undefined : i32(length)],
    [3, repetition(element)],
    [4, binary(element.name)],
    [6, annotation && i32(CONVERTED_TYPES[annotation])],
    [7, decimal && i32(decimal.scale)],
    [8, decimal && i32(decimal.precision)],
  );
}

function repetition({ repetition_type: type }: SchemaElement): ThriftValue | undefined {
  return type && i32(REPETITIONS.indexOf(type));
}

function annotationOf(type: DataType): Annotation | undefined {
  if (type.typeId === Type.Decimal) return "DECIMAL";
  if (type.typeId !== Type.Int) return undefined;
  const { bitWidth, isSigned } = type as DataType & { bitWidth: number; isSigned: boolean };
  return bitWidth < 32 ? (`${isSigned ? "INT" : "UINT"}_${bitWidth as 8 | 16}` as const) : undefined;
}

function leafLayout(element: SchemaElement, type: DataType): Layout {
  switch (type.typeId) {
    case Type.Bool:
      return { kind: "bool" };
    case Type.Utf8:
    case Type.Binary:
      return { kind: "bytes" };
    case Type.Timestamp:
      return { kind: "timestamp", unit: element.type === "INT96" ? "INT96" : (timestampOf(element)?.unit ?? "MICROS") };
    case Type.Int:
      return { kind: "fixed", width: (type as DataType & { bitWidth: number }).bitWidth / 8 };
    case Type.Float:
      return { kind: "fixed", width: element.type === "FLOAT" ? 4 : 8 };
    case Type.Date:
      return { kind: "fixed", width: 4 };
    case Type.Decimal:
      return { kind: "fixed", width: 16 };
    case Type.FixedSizeBinary:
      return { kind: "fixed", width: (type as DataType & { byteWidth: number }).byteWidth };
    default:
      throw new Error(`The Parquet contract has no Arrow type ${type}.`);
  }
}

function rowGroupStruct(chunks: readonly ColumnMetaData[], numRows: bigint): ThriftValue {
  const size = chunks.reduce((sum, chunk) => sum + chunk.total_uncompressed_size, 0n);
  return struct([1, list("struct", chunks.map(chunkStruct))], [2, i64(size)], [3, i64(numRows)]);
}

function chunkStruct(chunk: ColumnMetaData): ThriftValue {
  const type = chunk.type === "INT96" ? "FIXED_LEN_BYTE_ARRAY" : chunk.type;
  const start = i64(chunkStart(chunk));
  return struct(
    [2, start],
    [
      3,
      struct(
        [1, i32(PHYSICAL_TYPES.indexOf(type))],
        [2, list("i32", [])],
        [3, list("binary", chunk.path_in_schema.map(binary))],
        [4, i32(CODECS.indexOf(chunk.codec))],
        [5, i64(chunk.num_values)],
        [6, i64(chunk.total_uncompressed_size)],
        [7, i64(chunk.total_compressed_size)],
        // Where the pages start. A dictionary page is told by its own header; some writers give a wrong place for it.
        [9, start],
      ),
    ],
  );
}

/** The offset of the first page of a chunk. */
export function chunkStart({
  dictionary_page_offset: dictionary = 0n,
  data_page_offset: data,
}: ColumnMetaData): bigint {
  return dictionary > 0n && dictionary < data ? dictionary : data;
}
