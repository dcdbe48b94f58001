import { type DataType as ArrowType, type Data, type Field, Type } from "apache-arrow";
import type { ParquetField } from "../engine/parquet.js";
import { type Assembly, bytesReader, shreddedValue } from "../variant/shredded-value.js";
import { VariantDictionary } from "../variant/variant-dictionary.js";
import { VariantInvalid } from "../variant/variant-invalid.js";
import { VariantWriter } from "../variant/variant-writer.js";
import { newData, validityOf } from "./new-data.js";

/**
 * How a group of a file becomes a variant column, a struct of the binaries `metadata` and `value`; `undefined` for a
 * group that is none. Without shredded parts the buffers are shared, with them the values are put together.
 * PROTOCOL.md, "Variant Data Type" and "Variant Shredding".
 *
 * The conversion throws {@link VariantInvalid}.
 */
export function convertVariant(
  target: ArrowType,
  source: ArrowType,
  field: ParquetField,
): ((data: Data) => Data) | undefined {
  if (source.typeId !== Type.Struct) return undefined;
  const find = (name: string): number => source.children.findIndex((child: Field) => child.name === name);
  const [metadataAt, valueAt, typedAt] = [find("metadata"), find("value"), find("typed_value")];
  const isBinary = (at: number): boolean => source.children[at]?.type.typeId === Type.Binary;
  if (!isBinary(metadataAt) || (valueAt < 0 ? typedAt < 0 : !isBinary(valueAt))) return undefined;
  const [metadataType, valueType] = target.children.map(({ type }) => type);
  return (data) => {
    const metadata = data.children[metadataAt]!.clone(metadataType);
    const stored = data.children[valueAt];
    // A value that is null where the variant is not has to be made.
    const isWhole = typedAt < 0 && stored !== undefined && stored.nullCount <= data.nullCount;
    const value = isWhole ? stored.clone(valueType) : assemble(data, metadata, field, valueType!);
    return newData(target, data.length, { validity: validityOf(data), children: [metadata, value] });
  };
}

function assemble(group: Data, metadata: Data, field: ParquetField, type: ArrowType): Data {
  const writer = new VariantWriter();
  const assembly: Assembly = { writer, names: NO_NAMES };
  const write = shreddedValue(group, field, assembly);
  const metadataOf = bytesReader(metadata);
  const offsets = new Int32Array(group.length + 1);
  let last: Uint8Array | undefined;
  for (let row = 0; row < group.length; row++) {
    if (group.getValid(row)) {
      const bytes = metadataOf(row);
      if (bytes === undefined) throw new VariantInvalid("it has no metadata");
      // Rows mostly have the same names.
      if (last === undefined || !isEqual(bytes, last)) assembly.names = new VariantDictionary(bytes);
      last = bytes;
      if (!write(row)) writer.null();
    }
    offsets[row + 1] = writer.length;
  }
  if (writer.length > MOST_BYTES)
    throw new VariantInvalid("a batch of them takes more than 2 GiB: use a smaller batchRows");
  return newData(type, group.length, { offsets, values: writer.finish(), validity: validityOf(group) });
}

const NO_NAMES = new VariantDictionary(Uint8Array.of(1, 0, 0));
/** Offsets are signed 32-bit numbers. */
const MOST_BYTES = 2 ** 31 - 1;

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
