import { type Data, type DataType, RecordBatch, type Schema, Struct } from "apache-arrow";
import { newData } from "../arrow/new-data.js";
import { type DecodedBatch, NODE_FACTS } from "./wasm-request.js";

/** Makes a batch of a worker's buffers, which are used as they are, in the given schema. */
export function recordBatch(schema: Schema, decoded: DecodedBatch): RecordBatch {
  const reader = new NodeReader(decoded);
  const columns = schema.fields.map((field) => reader.read(field.type));
  const data = newData(new Struct(schema.fields), decoded.numRows, { nullCount: 0 }, { children: columns });
  return new RecordBatch(schema, data as never);
}

type FixedArray = new (buffer: ArrayBuffer, offset: number, length: number) => ArrayBufferView;

class NodeReader {
  readonly #decoded: DecodedBatch;
  #next = 0;

  constructor(decoded: DecodedBatch) {
    this.#decoded = decoded;
  }

  read(type: DataType): Data {
    const { buffer, nodes } = this.#decoded;
    const at = this.#next;
    this.#next += NODE_FACTS;
    const [length, nullCount, validity, offsets, values, bytes] = nodes.slice(at, at + NODE_FACTS) as Facts;
    const { ArrayType, BYTES_PER_ELEMENT } = arrayOf(type);
    return newData(
      type,
      length,
      { nullCount, ...(validity >= 0 && { nullBitmap: new Uint8Array(buffer, validity, (length + 7) >> 3) }) },
      {
        ...(offsets >= 0 && { offsets: new Int32Array(buffer, offsets, length + 1) }),
        ...(values >= 0 && { values: new ArrayType(buffer, values, bytes / BYTES_PER_ELEMENT) }),
        children: ((type.children ?? []) as { type: DataType }[]).map((child) => this.read(child.type)),
      },
    );
  }
}

type Facts = [length: number, nullCount: number, validity: number, offsets: number, values: number, bytes: number];

function arrayOf(type: DataType): { ArrayType: FixedArray; BYTES_PER_ELEMENT: number } {
  const ArrayType = type.ArrayType as FixedArray & { BYTES_PER_ELEMENT: number };
  return { ArrayType, BYTES_PER_ELEMENT: ArrayType.BYTES_PER_ELEMENT };
}
