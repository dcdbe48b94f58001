import type { SchemaElement } from "hyparquet";
import type { ListNode, MapNode, SchemaNode, StructNode } from "./schema-node.js";

/** A schema element with its children: the file's own tree, before lists and maps are recognised. */
interface Group {
  readonly element: SchemaElement;
  readonly path: readonly string[];
  readonly children: readonly Group[];
  /** For a leaf: its position among the leaves. */
  readonly leaf: number;
}

/** Where in the nesting a node stands. */
interface Level {
  readonly rep: number;
  readonly def: number;
  readonly slotDef: number;
}

const DEEPEST = 200;

/**
 * Reads the flat list of schema elements in a footer as a tree of {@link SchemaNode}s: a required struct, the root.
 * Lists and maps are recognised by the rules of "LogicalTypes.md" of the Parquet format, backward-compatibility rules
 * included: two-level lists, `MAP_KEY_VALUE`, repeated fields without annotation. A list or map annotation on a group
 * that is not shaped like one is ignored: the group is a struct.
 *
 * @throws Error when the list is not one well-formed tree.
 */
export function readSchema(elements: readonly SchemaElement[]): StructNode {
  let tree = trees.get(elements);
  if (tree === undefined) {
    tree = readTree(elements);
    trees.set(elements, tree);
  }
  return tree;
}

/** A tree is asked for by who opens a file and by who decodes a row group of it. */
const trees = new WeakMap<readonly SchemaElement[], StructNode>();

function readTree(elements: readonly SchemaElement[]): StructNode {
  const root = readGroups(elements);
  return {
    kind: "struct",
    name: root.element.name,
    nullable: false,
    rep: 0,
    def: 0,
    slotDef: 0,
    children: root.children.map((child) => readNode(child, { rep: 0, def: 0, slotDef: 0 })),
  };
}

function readGroups(elements: readonly SchemaElement[]): Group {
  let next = 0;
  let leaves = 0;
  const read = (path: readonly string[]): Group => {
    const element = elements[next++];
    if (element === undefined) throw new Error("the schema ends inside a group");
    if (path.length > DEEPEST) throw new Error(`the schema is nested more than ${DEEPEST} levels deep`);
    const isRoot = next === 1;
    if (typeof element.name !== "string") throw new Error("a schema element has no name");
    const ownPath = isRoot ? [] : [...path, element.name];
    if (!isRoot && element.repetition_type === undefined) throw new Error(`"${element.name}" has no repetition`);
    if (element.type === "FIXED_LEN_BYTE_ARRAY" && !((element.type_length ?? 0) > 0)) {
      throw new Error(`"${element.name}" has fixed-length values without a length`);
    }
    if (element.type !== undefined && !isRoot) {
      if (element.num_children) throw new Error(`"${ownPath.join(".")}" has both a type and children`);
      return { element, path: ownPath, children: [], leaf: leaves++ };
    }
    const count = element.num_children ?? 0;
    if (count === 0 && !isRoot) throw new Error(`the group "${ownPath.join(".")}" has no members`);
    const children: Group[] = [];
    for (let child = 0; child < count; child++) children.push(read(ownPath));
    return { element, path: ownPath, children, leaf: -1 };
  };
  const root = read([]);
  if (next !== elements.length) throw new Error("the schema has elements outside its root");
  return root;
}

function readNode(group: Group, level: Level): SchemaNode {
  if (group.element.repetition_type === "REPEATED") {
    // Neither in a LIST nor in a MAP group: "a required list of required elements".
    return readList(group, level, false, group);
  }
  return readSingle(group, level, group.element.repetition_type === "OPTIONAL");
}

/** A node that occurs at most once at its level; a repeated group comes here as the element of its own list. */
function readSingle(group: Group, level: Level, nullable: boolean): SchemaNode {
  const [repeated, ...others] = group.children;
  if (repeated !== undefined && others.length === 0 && repeated.element.repetition_type === "REPEATED") {
    if (isMap(group, repeated)) return readMap(group, level, nullable, repeated);
    if (isList(group) || isMapLike(group)) return readList(group, level, nullable, repeated);
  }
  const def = nullable ? level.def + 1 : level.def;
  const facts = { ...nameOf(group), nullable, ...level, def };
  if (group.children.length === 0) {
    return { kind: "leaf", ...facts, element: group.element, path: group.path, index: group.leaf };
  }
  return { kind: "struct", ...facts, children: group.children.map((child) => readNode(child, { ...level, def })) };
}

function readList(group: Group, level: Level, nullable: boolean, repeated: Group): ListNode {
  const { outer, itemDef, item } = repeat(level, nullable);
  // Three levels: the repeated group is a mere wrapper. Two levels (or one): it is the element itself.
  const element =
    repeated !== group && isWrapper(repeated, group.element.name)
      ? readNode(repeated.children[0]!, item)
      : readSingle(repeated, item, false);
  return { kind: "list", ...nameOf(group), nullable, ...outer, itemDef, element };
}

function readMap(group: Group, level: Level, nullable: boolean, repeated: Group): MapNode {
  const { outer, itemDef, item } = repeat(level, nullable);
  const [key, value] = repeated.children as [Group, Group];
  return {
    kind: "map",
    ...nameOf(group),
    nullable,
    ...outer,
    itemDef,
    key: readNode(key, item),
    value: readNode(value, item),
  };
}

function repeat(level: Level, nullable: boolean): { outer: Level; itemDef: number; item: Level } {
  const outer = { ...level, def: nullable ? level.def + 1 : level.def };
  const itemDef = outer.def + 1;
  return { outer, itemDef, item: { rep: level.rep + 1, def: itemDef, slotDef: itemDef } };
}

/** Whether the repeated group of a list only wraps the element ("Backward-compatibility rules" 1 to 5). */
function isWrapper(repeated: Group, listName: string): boolean {
  const [only, ...others] = repeated.children;
  if (only === undefined || others.length > 0) return false;
  if (only.element.repetition_type === "REPEATED") return false;
  return repeated.element.name !== "array" && repeated.element.name !== `${listName}_tuple`;
}

function isList({ element }: Group): boolean {
  return element.logical_type?.type === "LIST" || element.converted_type === "LIST";
}

function isMapLike({ element }: Group): boolean {
  const { converted_type: converted } = element;
  return element.logical_type?.type === "MAP" || converted === "MAP" || converted === "MAP_KEY_VALUE";
}

/** A map without values is left to be a list of its keys. */
function isMap(group: Group, repeated: Group): boolean {
  const [key, value, ...others] = repeated.children;
  if (!isMapLike(group) || key === undefined || value === undefined || others.length > 0) return false;
  return key.element.repetition_type !== "REPEATED" && value.element.repetition_type !== "REPEATED";
}

function nameOf({ element }: Group): { name: string; fieldId?: number } {
  return element.field_id === undefined ? { name: element.name } : { name: element.name, fieldId: element.field_id };
}
