import type { Data, DataType } from "apache-arrow";
import { grow } from "../../dist/arrow/grow.js";
import { newData } from "../../dist/arrow/new-data.js";
import { ValidityBuilder } from "../../dist/arrow/validity-builder.js";
import type { ColumnBuilder, ColumnFacts } from "./column-builder.js";
import { valueInvalid } from "./value-invalid.js";

/** Null: a length and nothing else. */
export class NullBuilder implements ColumnBuilder {
  readonly type: DataType;
  readonly facts: ColumnFacts;
  length = 0;

  constructor(type: DataType, facts: ColumnFacts) {
    this.type = type;
    this.facts = facts;
  }

  append(value: unknown): void {
    if (value !== null && value !== undefined) throw valueInvalid(this.facts.name, value, "nothing but nulls");
    this.length++;
  }

  appendNull(): void {
    this.length++;
  }

  finish(): Data {
    const { length } = this;
    this.length = 0;
    return newData(this.type, length, { nullCount: length }, {});
  }
}

/** A member of a struct: where its value is in the object, and who stores it. */
export interface Member {
  readonly name: string;
  readonly builder: ColumnBuilder;
}

export class StructBuilder implements ColumnBuilder {
  readonly type: DataType;
  readonly facts: ColumnFacts;
  readonly members: readonly Member[];
  readonly #validity: ValidityBuilder = new ValidityBuilder();

  constructor(type: DataType, facts: ColumnFacts, members: readonly Member[]) {
    this.type = type;
    this.facts = facts;
    this.members = members;
  }

  get length(): number {
    return this.#validity.length;
  }

  append(value: unknown): void {
    if (value === null || value === undefined) {
      if (!this.facts.nullable) throw valueInvalid(this.facts.name, value, "no nulls");
      this.appendNull();
      return;
    }
    if (typeof value !== "object" || Array.isArray(value)) throw valueInvalid(this.facts.name, value, "objects");
    for (const { name, builder } of this.members) builder.append(ownValue(value as Record<string, unknown>, name));
    this.#validity.appendValid();
  }

  appendNull(): void {
    for (const { builder } of this.members) builder.appendNull();
    this.#validity.appendNull();
  }

  finish(): Data {
    const { length } = this;
    const children = this.members.map(({ builder }) => builder.finish());
    return newData(this.type, length, this.#validity.finish(), { children });
  }
}

/** What an object holds under `name`; never what it inherits, so that a column may be called `constructor`. */
function ownValue(value: Record<string, unknown>, name: string): unknown {
  if (name in Object.prototype && !Object.hasOwn(value, name)) return undefined;
  return value[name];
}

/** What lists and maps share: offsets into a child. */
abstract class RepeatedBuilder implements ColumnBuilder {
  readonly type: DataType;
  readonly facts: ColumnFacts;
  #offsets: Int32Array = new Int32Array(1);
  readonly #validity: ValidityBuilder = new ValidityBuilder();

  constructor(type: DataType, facts: ColumnFacts) {
    this.type = type;
    this.facts = facts;
  }

  get length(): number {
    return this.#validity.length;
  }

  /** Appends the items of one value to the child. */
  protected abstract store(value: object): void;
  /** Items in the child so far. */
  protected abstract get items(): number;
  protected abstract finishChild(): Data;

  append(value: unknown): void {
    if (value === null || value === undefined) {
      if (!this.facts.nullable) throw valueInvalid(this.facts.name, value, "no nulls");
      this.appendNull();
      return;
    }
    this.store(value as object);
    this.#validity.appendValid();
    this.#mark();
  }

  appendNull(): void {
    this.#validity.appendNull();
    this.#mark();
  }

  #mark(): void {
    const { length } = this.#validity;
    this.#offsets = grow(this.#offsets, length + 1);
    this.#offsets[length] = this.items;
  }

  finish(): Data {
    const { length } = this;
    const offsets = this.#offsets.subarray(0, length + 1);
    this.#offsets = new Int32Array(1);
    return newData(this.type, length, this.#validity.finish(), { offsets, children: [this.finishChild()] });
  }
}

export class ListBuilder extends RepeatedBuilder {
  readonly #element: ColumnBuilder;

  constructor(type: DataType, facts: ColumnFacts, element: ColumnBuilder) {
    super(type, facts);
    this.#element = element;
  }
  protected override get items(): number {
    return this.#element.length;
  }
  protected store(value: object): void {
    if (!Array.isArray(value)) throw valueInvalid(this.facts.name, value, "arrays");
    for (const item of value) this.#element.append(item);
  }
  protected finishChild(): Data {
    return this.#element.finish();
  }
}

export class MapBuilder extends RepeatedBuilder {
  readonly #entries: DataType;
  readonly #keys: ColumnBuilder;
  readonly #values: ColumnBuilder;

  constructor(type: DataType, facts: ColumnFacts, entries: DataType, keys: ColumnBuilder, values: ColumnBuilder) {
    super(type, facts);
    this.#entries = entries;
    this.#keys = keys;
    this.#values = values;
  }
  protected override get items(): number {
    return this.#keys.length;
  }
  protected store(value: object): void {
    if (typeof value !== "object") throw valueInvalid(this.facts.name, value, "objects, Maps or arrays of pairs");
    if (Array.isArray(value) || value instanceof Map) {
      for (const [key, item] of value as Iterable<readonly [unknown, unknown]>) this.#put(key, item);
    } else {
      for (const key of Object.keys(value)) this.#put(key, (value as Record<string, unknown>)[key]);
    }
  }
  #put(key: unknown, value: unknown): void {
    this.#keys.append(key);
    this.#values.append(value);
  }
  protected finishChild(): Data {
    const length = this.#keys.length;
    const children = [this.#keys.finish(), this.#values.finish()];
    return newData(this.#entries, length, { nullCount: 0 }, { children });
  }
}
