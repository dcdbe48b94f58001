import { type DataType as ArrowType, type Data, Type } from "apache-arrow";
import { bitmapBytes, newData } from "./new-data.js";

/** A column of `length` nulls. */
export function nullData(type: ArrowType, length: number): Data {
  const validity = { offset: 0, nullCount: length, bitmap: new Uint8Array(bitmapBytes(length)) };
  switch (type.typeId) {
    case Type.Null:
      return newData(type, length, { validity: { offset: 0, nullCount: length, bitmap: undefined } });
    case Type.Utf8:
    case Type.Binary:
      return newData(type, length, { offsets: new Int32Array(length + 1), values: new Uint8Array(0), validity });
    case Type.List:
    case Type.Map: {
      const children = type.children.map((child) => nullData(child.type, 0));
      return newData(type, length, { offsets: new Int32Array(length + 1), validity, children });
    }
    case Type.Struct: {
      const children = type.children.map((child) => nullData(child.type, length));
      return newData(type, length, { validity, children });
    }
    case Type.Bool:
      return newData(type, length, { values: new Uint8Array(bitmapBytes(length)), validity });
    default:
      return newData(type, length, { values: new type.ArrayType(length * strideOf(type)), validity });
  }
}

/** Elements of the typed array that one value of a fixed-width type takes. */
export function strideOf(type: ArrowType): number {
  if (type.typeId === Type.Decimal) return 4;
  if (type.typeId === Type.FixedSizeBinary) return (type as ArrowType & { byteWidth: number }).byteWidth;
  return 1;
}
