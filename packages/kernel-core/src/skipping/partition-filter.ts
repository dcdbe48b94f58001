import type { NumberedRows } from "../columnar/numbered-rows.js";
import type { BoundPredicate } from "../predicate/bound-predicate.js";
import { leafOutcome } from "../predicate/leaf-outcome.js";
import { type LeafPredicate, leavesOf, simplify } from "../predicate/simplify.js";
import { parsePartitionValue } from "../read/partition-value.js";
import type { StructField } from "../schema/types.js";

/** Files whose partition values are known. */
export interface PartitionedFiles {
  /** Reads the text of one partition value of files, by its physical name. */
  partitionReader(name: string): (index: number) => string | null | undefined;
  /** The same number for files that have the same of these partition values, where that is found out for all of them at once. */
  numbered?(names: readonly string[]): NumberedRows | undefined;
}

/** A partition column that a predicate is about. */
export interface PartitionColumn {
  readonly field: StructField;
  /** Its physical name, by which `partitionValues` has it. */
  readonly key: string;
}

/**
 * Puts partition values into a predicate, and keeps what comes of each: first one column's value, and the next one's only if
 * the matter is still open. `finish` makes of a predicate what is wanted for the files that have these values.
 */
export class PartitionFilter<T> {
  readonly #columns: readonly PartitionColumn[];
  readonly #finish: (predicate: BoundPredicate) => T;
  readonly #root: Node<T>;
  /** Physical names of the columns that the predicate is about. */
  readonly keys: readonly string[];
  #nodes = 1;

  constructor(
    predicate: BoundPredicate,
    columns: readonly PartitionColumn[],
    finish: (predicate: BoundPredicate) => T,
  ) {
    this.#columns = columns;
    this.#finish = finish;
    this.#root = this.#node(predicate);
    const names = new Set(leavesOf(predicate).map(({ column }) => column[0]));
    this.keys = columns.flatMap(({ field, key }) => (names.has(field.name) ? key : []));
  }

  /**
   * Tells what the predicate comes to for each of some files. It throws `VALUE_INVALID` for a partition value that is no value of
   * its type.
   */
  reader(files: PartitionedFiles): (index: number) => T {
    const readers = this.#columns.map(({ key }) => files.partitionReader(key));
    return (index) => {
      let node = this.#root;
      while (node.next >= 0) {
        const text = readers[node.next]!(index) || null;
        node = node.below.get(text) ?? this.#put(node, text);
      }
      node.result ??= { of: this.#finish(node.predicate) };
      return node.result.of;
    };
  }

  #put(node: Node<T>, text: string | null): Node<T> {
    const { field } = this.#columns[node.next]!;
    const value = parsePartitionValue(text, field.type, field.name);
    const outcomes = node.leaves.map((leaf) => leafOutcome(leaf, field.type, value));
    const key = outcomes.join();
    let below = node.byOutcomes.get(key);
    if (below === undefined) {
      const known = new Map(node.leaves.map((leaf, at) => [leaf, outcomes[at]]));
      below = this.#node(simplify(node.predicate, (leaf) => known.get(leaf)));
      node.byOutcomes.set(key, below);
    }
    this.#keep(node, text, below);
    return below;
  }

  #node(predicate: BoundPredicate): Node<T> {
    const leaves = leavesOf(predicate);
    const next = this.#columns.findIndex(({ field }) => leaves.some(({ column }) => column[0] === field.name));
    const own = leaves.filter(({ column }) => next >= 0 && column[0] === this.#columns[next]!.field.name);
    return { predicate, next, leaves: own, below: new Map(), byOutcomes: new Map(), result: undefined };
  }

  /** A bound, for tables with a partition to a file. */
  #keep(node: Node<T>, text: string | null, below: Node<T>): void {
    if (this.#nodes >= MOST_NODES) {
      this.#root.below.clear();
      this.#root.byOutcomes.clear();
      this.#nodes = 1;
    }
    node.below.set(text, below);
    this.#nodes++;
  }
}

interface Node<T> {
  readonly predicate: BoundPredicate;
  /** The number of the next column to put in; -1 where there is none. */
  readonly next: number;
  /** Those that are about it. */
  readonly leaves: readonly LeafPredicate[];
  /** By the text of its value; the empty text is null. */
  readonly below: Map<string | null, Node<T>>;
  /** The same nodes, by what comes of the leaves: values are many, and mostly few of them differ in that. */
  readonly byOutcomes: Map<string, Node<T>>;
  result: { readonly of: T } | undefined;
}

const MOST_NODES = 100_000;
