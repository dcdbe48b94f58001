import { ValidityBuilder } from "../../arrow/validity-builder.js";
import type { ColumnBuffers } from "./column-buffers.js";
import type { DeferredColumn } from "./deferred-column.js";
import type { JsonShape } from "./json-shape.js";
import { LineFault, type LineScanner } from "./line-scanner.js";

/**
 * Reads the values of one Arrow column from JSON, straight from bytes to buffers. It keeps the memory that it has grown:
 * what `finish` gives is a copy of the right size, which costs less than to grow anew for each batch.
 */
export abstract class JsonColumn {
  /** Dotted name from the root, for errors. */
  readonly name: string;
  readonly nullable: boolean;
  protected readonly validity: ValidityBuilder = new ValidityBuilder();

  constructor({ name, nullable }: JsonShape, parent: string) {
    this.name = parent === "" ? name : `${parent}.${name}`;
    this.nullable = nullable;
  }

  /** Values so far. */
  get length(): number {
    return this.validity.length;
  }

  /** Appends the value at which the scanner stands (not on a blank), and passes it. Throws a `LineFault`. */
  read(scanner: LineScanner): void {
    if (scanner.skipNull()) {
      this.readAbsent();
      return;
    }
    this.readValue(scanner);
    this.validity.appendValid();
  }

  /** Appends what stands for an absent value. Throws a `LineFault` where there must be one. */
  readAbsent(): void {
    if (!this.nullable) throw new LineFault(`"${this.name}" is missing.`);
    this.appendNull();
  }

  /** Appends a null whatever the column's nullability, as the slot below a null struct needs it. */
  appendNull(): void {
    this.validity.appendNull();
  }

  /** Stores a value that is not null as the one at `length`. */
  protected abstract readValue(scanner: LineScanner): void;

  /** Itself, or what is below it, as far as its values are deferred. */
  get deferred(): readonly DeferredColumn[] {
    return [];
  }

  /** The column so far. Starts anew. */
  abstract finish(): ColumnBuffers;

  /** The value is of another type than the column. */
  protected mismatch(wanted: string): never {
    throw new LineFault(`"${this.name}" must be ${wanted}.`);
  }
}
