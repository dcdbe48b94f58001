import { type DataType, type Schema, Type } from "apache-arrow";
import type { SchemaElement } from "hyparquet";
import { timestampOf } from "./schema/annotations.js";
import { binary, i32, struct, type ThriftValue } from "./thrift-writer.js";
import type { Layout } from "./wasm-request.js";

/** The schema that parquet-wasm is shown in place of a file's own. */
export interface ShownSchema {
  /** Thrift structs `SchemaElement`. */
  readonly elements: readonly ThriftValue[];
  /** How each top-level column is to come out. */
  readonly layouts: readonly Layout[];
  readonly leaves: readonly ShownLeaf[];
}

export interface ShownLeaf {
  /** Position of its chunk in the file's row groups. */
  readonly index: number;
  /** Whether it is in a list or map. */
  readonly isRepeated: boolean;
}

/** A schema element with its selected descendants. */
interface Node {
  readonly element: SchemaElement;
  readonly children: readonly Node[];
}

/**
 * Restricts a file's schema to the selected leaves and says of them no more than how their values are shaped, so that
 * parquet-wasm decodes what the Parquet contract wants: timestamps come as plain integers, and INT96 as twelve bytes, since
 * parquet-wasm lets years before 1677 and after 2262 wrap. Text is checked to be UTF-8. Leaves that are not selected are not in
 * it, since selecting by name is ambiguous for names with dots, and panics for half a map.
 */
export function showSchema(
  elements: readonly SchemaElement[],
  selected: readonly (readonly string[])[],
  schema: Schema,
): ShownSchema {
  const { root, leaves } = selectLeaves(elements, selected);
  const shown: ThriftValue[] = [groupElement(root)];
  const layouts = root.children.map((child, index) => writeNode(child, schema.fields[index]!.type, shown));
  return { elements: shown, layouts, leaves };
}

function selectLeaves(
  elements: readonly SchemaElement[],
  selected: readonly (readonly string[])[],
): { root: Node; leaves: ShownLeaf[] } {
  const wanted = new Set(selected.map(pathKey));
  const leaves: ShownLeaf[] = [];
  let next = 0;
  let leafCount = 0;
  const read = (path: readonly string[], isInList: boolean): Node | undefined => {
    const element = elements[next++]!;
    const isRoot = next === 1;
    const ownPath = isRoot ? [] : [...path, element.name];
    const isRepeated = isInList || element.repetition_type === "REPEATED";
    if (element.type !== undefined && !isRoot) {
      const index = leafCount++;
      if (!wanted.has(pathKey(ownPath))) return undefined;
      leaves.push({ index, isRepeated });
      return { element, children: [] };
    }
    const children: Node[] = [];
    for (let left = element.num_children ?? 0; left > 0; left--) {
      const child = read(ownPath, isRepeated && !isRoot);
      if (child !== undefined) children.push(child);
    }
    return children.length > 0 ? { element, children } : undefined;
  };
  const root = read([], false);
  if (root === undefined || leaves.length !== selected.length) {
    throw new Error("the selected leaves are not those of the file");
  }
  return { root, leaves };
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

/** The number of a physical type, as it is shown. */
export function physicalType(type: string): number {
  return PHYSICAL_TYPES.indexOf(type === "INT96" ? "FIXED_LEN_BYTE_ARRAY" : type);
}

const REPETITIONS = ["REQUIRED", "OPTIONAL", "REPEATED"];
/** "parquet.thrift", `ConvertedType`: those that are written. */
const CONVERTED_TYPES = { UTF8: 0, MAP: 1, LIST: 3, DECIMAL: 5, UINT_8: 11, UINT_16: 12, INT_8: 15, INT_16: 16 };
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
  const digits = annotation === "DECIMAL" ? mostDigits(element) : undefined;
  const isInt96 = element.type === "INT96";
  const length = isInt96 ? INT96_BYTES : element.type_length;
  return struct(
    [1, i32(physicalType(element.type!))],
    [2, length === undefined ? undefined : i32(length)],
    [3, repetition(element)],
    [4, binary(element.name)],
    [6, annotation && i32(CONVERTED_TYPES[annotation])],
    [7, digits === undefined ? undefined : i32(0)],
    [8, digits === undefined ? undefined : i32(digits)],
  );
}

/** Digits that a decimal of the physical type can have: how many it has, and its scale, does not change its bytes. */
function mostDigits({ type, type_length: length = 0 }: SchemaElement): number {
  const bytes = type === "INT32" ? 4 : type === "INT64" ? 8 : type === "FIXED_LEN_BYTE_ARRAY" ? length : 16;
  return Math.floor((Math.min(bytes, 16) * 8 - 1) * Math.log10(2));
}

function repetition({ repetition_type: type }: SchemaElement): ThriftValue | undefined {
  return type && i32(REPETITIONS.indexOf(type));
}

function annotationOf(type: DataType): Annotation | undefined {
  if (type.typeId === Type.Decimal) return "DECIMAL";
  if (type.typeId === Type.Utf8) return "UTF8";
  if (type.typeId !== Type.Int) return undefined;
  const { bitWidth, isSigned } = type as DataType & { bitWidth: number; isSigned: boolean };
  return bitWidth < 32 ? (`${isSigned ? "INT" : "UINT"}_${bitWidth as 8 | 16}` as const) : undefined;
}

function leafLayout(element: SchemaElement, type: DataType): Layout {
  switch (type.typeId) {
    case Type.Bool:
      return { kind: "bool" };
    case Type.Utf8:
      return { kind: "text" };
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
