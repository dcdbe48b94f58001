import { type Data, type Field, Type } from "apache-arrow";
import { compareNames } from "../engine/compare-names.js";
import type { ParquetField } from "../engine/parquet.js";
import { encodedLength } from "./encoded-length.js";
import { typedWriter } from "./typed-value.js";
import { variantContainer } from "./variant-container.js";
import type { VariantDictionary } from "./variant-dictionary.js";
import { BasicType } from "./variant-format.js";
import { VariantInvalid } from "./variant-invalid.js";
import type { VariantWriter } from "./variant-writer.js";

/** Writes the value of a row; `false` if the row has none, and nothing was written. */
export type WriteRow = (row: number) => boolean;

/** Where values are written to, and the names of the row that is being written. */
export interface Assembly {
  readonly writer: VariantWriter;
  names: VariantDictionary;
}

/**
 * Puts together the values of a group with the members `value` and `typed_value`, one of which may be missing.
 * VariantShredding.md of the Parquet format, "Value Shredding".
 *
 * Throws {@link VariantInvalid} for a group that is none, and lets the writing throw it for values that contradict each
 * other.
 */
export function shreddedValue(group: Data, field: ParquetField, assembly: Assembly): WriteRow {
  const [value] = member(group, field, "value");
  const [typed, typedField] = member(group, field, "typed_value");
  if (value !== undefined && value.type.typeId !== Type.Binary) throw new VariantInvalid("its value is no binary");
  const untyped = value === undefined ? undefined : bytesReader(value);
  const writeUntyped: WriteRow = (row) => {
    const bytes = untyped?.(row);
    if (bytes === undefined) return false;
    assembly.writer.encoded(bytes.subarray(0, encodedLength(bytes)));
    return true;
  };
  if (typed === undefined) return writeUntyped;
  if (typed.type.typeId === Type.Struct) {
    const writeObject = shreddedObject(typed, typedField!, untyped ?? (() => undefined), assembly);
    return (row) => (typed.getValid(row) ? writeObject(row) : writeUntyped(row));
  }
  const writeTyped =
    typed.type.typeId === Type.List
      ? shreddedArray(typed, typedField!, assembly)
      : typedWriter(typed, typedField!, assembly.writer);
  return (row) => {
    if (!typed.getValid(row)) return writeUntyped(row);
    if (untyped?.(row) !== undefined) throw new VariantInvalid("it has a value both typed and untyped");
    writeTyped(row);
    return true;
  };
}

/** Bytes of each row of a Binary column; `undefined` for null. */
export function bytesReader(data: Data): (row: number) => Uint8Array | undefined {
  const { values, valueOffsets } = data as { values: Uint8Array; valueOffsets: Int32Array };
  return (row) => (data.getValid(row) ? values.subarray(valueOffsets[row], valueOffsets[row + 1]) : undefined);
}

/** The columns of a group by name, as the specification has it. */
function member(group: Data, field: ParquetField, name: string): [Data, ParquetField] | [undefined, undefined] {
  const index = group.type.children.findIndex((child: Field) => child.name === name);
  const found = field.children.find((child) => child.name === name);
  return index < 0 || found === undefined ? [undefined, undefined] : [group.children[index]!, found];
}

/** "Arrays": a list of groups; an element that is missing is null, for an array has no gaps. */
function shreddedArray(list: Data, field: ParquetField, assembly: Assembly): (row: number) => void {
  const writeElement = shreddedValue(list.children[0]!, field.children[0]!, assembly);
  const offsets = list.valueOffsets as Int32Array;
  const { writer } = assembly;
  return (row) => {
    const start = writer.length;
    const starts: number[] = [];
    for (let at = offsets[row]!; at < offsets[row + 1]!; at++) {
      starts.push(writer.length);
      if (!writeElement(at)) writer.null();
    }
    writer.finishArray(start, starts);
  };
}

/** A member of an object, to be written if the row has it. */
interface Member {
  readonly name: string;
  readonly write: WriteRow;
}

/** "Objects": a group for each field that is shredded; the fields that are not are in the object which `untyped` holds. */
function shreddedObject(
  object: Data,
  field: ParquetField,
  untyped: (row: number) => Uint8Array | undefined,
  assembly: Assembly,
): WriteRow {
  const { writer } = assembly;
  const typed: Member[] = field.children.map((child) => {
    const group = object.children[object.type.children.findIndex(({ name }: Field) => name === child.name)]!;
    const write = shreddedValue(group, child, assembly);
    return { name: child.name, write: (row) => group.getValid(row) && write(row) };
  });
  typed.sort(byName);
  return (row) => {
    const rest = untypedMembers(untyped(row), assembly);
    // The sorting is stable: of two members of one name, which should not be, the typed one counts, even if it is missing.
    const members = rest.length === 0 ? typed : [...typed, ...rest].sort(byName);
    const start = writer.length;
    const ids: number[] = [];
    const starts: number[] = [];
    let last: string | undefined;
    for (const { name, write } of members) {
      const memberStart = writer.length;
      const isHidden = name === last;
      last = name;
      if (isHidden || !write(row)) continue;
      const id = assembly.names.id(name);
      if (id === undefined) throw new VariantInvalid(`its metadata lacks the field name ${JSON.stringify(name)}`);
      ids.push(id);
      starts.push(memberStart);
    }
    writer.finishObject(start, ids, starts);
    return true;
  };
}

/** The members of an object that is encoded already. */
function untypedMembers(value: Uint8Array | undefined, { writer, names }: Assembly): Member[] {
  if (value === undefined) return [];
  if ((value[0]! & 3) !== BasicType.object) throw new VariantInvalid("it has shredded fields, and is no object");
  const object = variantContainer(value);
  let bytesLeft = value.length;
  return Array.from({ length: object.count }, (_, index) => {
    const tail = object.member(index);
    const bytes = tail.subarray(0, encodedLength(tail));
    // Members that overlap would grow when they are written one behind the other.
    bytesLeft -= bytes.length;
    if (bytesLeft < 0) throw new VariantInvalid("its members overlap");
    const write = (): boolean => {
      writer.encoded(bytes);
      return true;
    };
    return { name: names.name(object.fieldId(index)), write };
  });
}

function byName(a: Member, b: Member): number {
  return compareNames(a.name, b.name);
}
