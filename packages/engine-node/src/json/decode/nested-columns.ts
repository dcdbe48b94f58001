import { grow } from "../../arrow/grow.js";
import type { ColumnBuffers } from "./column-buffers.js";
import type { DeferredColumn } from "./deferred-column.js";
import { JsonColumn } from "./json-column.js";
import type { JsonShape } from "./json-shape.js";
import { CLOSE_BRACE, CLOSE_BRACKET, COMMA, type LineScanner, OPEN_BRACE, OPEN_BRACKET } from "./line-scanner.js";
import { MemberReader } from "./member-reader.js";

/** Struct: members by name; those that the object lacks are absent, those that the struct lacks are passed over. */
export class StructColumn extends JsonColumn {
  readonly #members: readonly JsonColumn[];
  readonly #reader: MemberReader;

  constructor(shape: JsonShape, parent: string, members: readonly JsonColumn[], names: readonly string[]) {
    super(shape, parent);
    this.#members = members;
    this.#reader = new MemberReader(members, names);
  }

  protected readValue(scanner: LineScanner): void {
    if (scanner.bytes[scanner.at] !== OPEN_BRACE) this.mismatch("an object");
    this.#reader.read(scanner);
    this.#reader.fill();
  }

  override get deferred(): readonly DeferredColumn[] {
    return this.#members.flatMap((member) => member.deferred);
  }

  override appendNull(): void {
    super.appendNull();
    for (const member of this.#members) member.appendNull();
  }

  finish(): ColumnBuffers {
    const { length } = this;
    return { length, children: this.#members.map((member) => member.finish()), ...this.validity.finish() };
  }
}

/** What lists and maps share: offsets into the items. */
abstract class RepeatedColumn extends JsonColumn {
  #offsets: Int32Array = new Int32Array(1);

  /** Items so far. */
  protected abstract get items(): number;
  protected abstract readItems(scanner: LineScanner): void;
  protected abstract finishItems(): ColumnBuffers;

  protected readValue(scanner: LineScanner): void {
    this.readItems(scanner);
    this.#mark(this.length + 1);
  }

  override appendNull(): void {
    super.appendNull();
    this.#mark(this.length);
  }

  #mark(count: number): void {
    this.#offsets = grow(this.#offsets, count + 1);
    this.#offsets[count] = this.items;
  }

  finish(): ColumnBuffers {
    const { length } = this;
    const offsets = this.#offsets.slice(0, length + 1);
    return { length, offsets, children: [this.finishItems()], ...this.validity.finish() };
  }
}

/** List. */
export class ListColumn extends RepeatedColumn {
  readonly #element: JsonColumn;

  constructor(shape: JsonShape, parent: string, element: JsonColumn) {
    super(shape, parent);
    this.#element = element;
  }

  protected get items(): number {
    return this.#element.length;
  }

  protected readItems(scanner: LineScanner): void {
    if (scanner.bytes[scanner.at] !== OPEN_BRACKET) this.mismatch("an array");
    scanner.open();
    if (scanner.peek() !== CLOSE_BRACKET) {
      for (;;) {
        scanner.peek();
        this.#element.read(scanner);
        if (scanner.peek() !== COMMA) break;
        scanner.at++;
      }
    }
    scanner.close(CLOSE_BRACKET);
  }

  protected finishItems(): ColumnBuffers {
    return this.#element.finish();
  }
}

/** Map: the members of an object, whatever their names. */
export class MapColumn extends RepeatedColumn {
  readonly #keys: JsonColumn;
  readonly #values: JsonColumn;

  constructor(shape: JsonShape, parent: string, keys: JsonColumn, values: JsonColumn) {
    super(shape, parent);
    this.#keys = keys;
    this.#values = values;
  }

  protected get items(): number {
    return this.#keys.length;
  }

  protected readItems(scanner: LineScanner): void {
    if (scanner.bytes[scanner.at] !== OPEN_BRACE) this.mismatch("an object");
    scanner.open();
    if (scanner.peek() !== CLOSE_BRACE) {
      for (;;) {
        scanner.peek();
        this.#keys.read(scanner);
        scanner.expect(0x3a);
        scanner.peek();
        this.#values.read(scanner);
        if (scanner.peek() !== COMMA) break;
        scanner.at++;
      }
    }
    scanner.close(CLOSE_BRACE);
  }

  protected finishItems(): ColumnBuffers {
    return {
      length: this.#keys.length,
      nullCount: 0,
      children: [this.#keys.finish(), this.#values.finish()],
    };
  }
}
