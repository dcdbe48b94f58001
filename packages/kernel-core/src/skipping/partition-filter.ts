import type { BoundPredicate } from "../predicate/bound-predicate.js";
import { leafOutcome } from "../predicate/leaf-outcome.js";
import { leavesOf, simplify } from "../predicate/simplify.js";
import { parsePartitionValue } from "../read/partition-value.js";
import type { StructField } from "../schema/types.js";

/** Files whose partition values are known. */
export interface PartitionedFiles {
  /** The text of one of a file's partition values, by physical name. */
  partitionValue(index: number, name: string): string | null | undefined;
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
  #nodes = 1;

  constructor(
    predicate: BoundPredicate,
    columns: readonly PartitionColumn[],
    finish: (predicate: BoundPredicate) => T,
  ) {
    this.#columns = columns;
    this.#finish = finish;
    this.#root = this.#node(predicate);
  }

  /** What the predicate comes to for a file. Throws `VALUE_INVALID` for a partition value that is no value of its type. */
  get(files: PartitionedFiles, index: number): T {
    let node = this.#root;
    while (node.next !== undefined) {
      const text = files.partitionValue(index, node.next.key) || null;
      let below = node.below.get(text);
      if (below === undefined) {
        below = this.#put(node.predicate, node.next, text);
        this.#keep(node, text, below);
      }
      node = below;
    }
    node.result ??= { of: this.#finish(node.predicate) };
    return node.result.of;
  }

  #put(predicate: BoundPredicate, { field }: PartitionColumn, text: string | null): Node<T> {
    const value = parsePartitionValue(text, field.type, field.name);
    return this.#node(
      simplify(predicate, (leaf) => (leaf.column[0] === field.name ? leafOutcome(leaf, field.type, value) : undefined)),
    );
  }

  #node(predicate: BoundPredicate): Node<T> {
    const names = new Set(leavesOf(predicate).map(({ column }) => column[0]));
    const next = this.#columns.find(({ field }) => names.has(field.name));
    return { predicate, next, below: new Map(), result: undefined };
  }

  /** A bound, for tables with a partition to a file. */
  #keep(node: Node<T>, text: string | null, below: Node<T>): void {
    if (this.#nodes >= MOST_NODES) {
      this.#root.below.clear();
      this.#nodes = 1;
    }
    node.below.set(text, below);
    this.#nodes++;
  }
}

interface Node<T> {
  readonly predicate: BoundPredicate;
  /** The next column to put in; absent where there is none. */
  readonly next: PartitionColumn | undefined;
  /** By the text of its value; the empty text is null. */
  readonly below: Map<string | null, Node<T>>;
  result: { readonly of: T } | undefined;
}

const MOST_NODES = 100_000;
