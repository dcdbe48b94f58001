import { DeltaError } from "@asyncdelta/kernel-core";
import type { SchemaNode, StructNode } from "./schema-node.js";

/** Names still to be followed below a node; a name that maps to `undefined` selects everything below. */
type Wanted = Map<string, Wanted | undefined>;

/**
 * What is left of a schema when only these columns are wanted: paths of names from the root, where a path to a group
 * takes all below it. File order stays. `undefined` wants all.
 *
 * @throws `INVALID_ARGUMENT` for a path that the file lacks, or that goes into a list or map.
 */
export function selectColumns(root: StructNode, columns: readonly (readonly string[])[] | undefined): StructNode {
  if (columns === undefined) return root;
  const wanted: Wanted = new Map();
  for (const path of columns) addPath(wanted, path);
  return prune(root, wanted, []);
}

function addPath(wanted: Wanted, path: readonly string[]): void {
  const [first, ...rest] = path;
  if (first === undefined) throw new DeltaError("INVALID_ARGUMENT", "A column path must have at least one name.");
  if (rest.length === 0) {
    wanted.set(first, undefined);
    return;
  }
  const known = wanted.get(first);
  if (known === undefined && wanted.has(first)) return;
  const below: Wanted = known ?? new Map();
  wanted.set(first, below);
  addPath(below, rest);
}

function prune(node: StructNode, wanted: Wanted, path: readonly string[]): StructNode {
  const names = new Set(node.children.map((child) => child.name));
  for (const name of wanted.keys()) {
    if (!names.has(name)) throw unknownColumn([...path, name], "the file has no such column");
  }
  const children: SchemaNode[] = [];
  for (const child of node.children) {
    if (!wanted.has(child.name)) continue;
    const below = wanted.get(child.name);
    const childPath = [...path, child.name];
    if (below === undefined) children.push(child);
    else if (child.kind === "struct") children.push(prune(child, below, childPath));
    else throw unknownColumn(childPath, `it is a ${child.kind}, which is read whole: end the path there`);
  }
  return { ...node, children };
}

function unknownColumn(path: readonly string[], why: string): DeltaError {
  const column = path.join(".");
  return new DeltaError("INVALID_ARGUMENT", `Column "${column}" cannot be selected: ${why}.`, { column });
}
