import type { DataType } from "@asyncdelta/kernel-core";
import type { StructValue, Value } from "../rows/value.js";
import { floatText } from "./float-text.js";

/** Writes a value as text. */
export type ValueWriter = (value: Value) => string;

/**
 * A function that writes values of a type as JSON, with every digit: longs and decimals as numbers of any length, NaN
 * and the infinities as strings, binary as base64, dates and timestamps as ISO text, structs and maps as objects (a key
 * that is not a string as its own JSON text).
 */
export function jsonWriter(type: DataType): ValueWriter {
  const write = nonNullWriter(type);
  return (value) => (value === null ? "null" : write(value));
}

function nonNullWriter(type: DataType): ValueWriter {
  switch (type.kind) {
    case "primitive":
      return primitiveWriter(type.name);
    case "decimal":
      return (value) => value as string;
    case "struct": {
      const names = type.fields.map((field) => field.name);
      const keys = names.map((name, i) => `${i === 0 ? "" : ","}${JSON.stringify(name)}:`);
      const writers = type.fields.map((field) => jsonWriter(field.type));
      return (value) => {
        let text = "{";
        for (let i = 0; i < names.length; i++) text += keys[i] + writers[i]!((value as StructValue)[names[i]!]!);
        return `${text}}`;
      };
    }
    case "array": {
      const write = jsonWriter(type.element);
      return (value) => `[${(value as readonly Value[]).map(write).join(",")}]`;
    }
    case "map": {
      const writeKey = jsonWriter(type.key);
      const write = jsonWriter(type.value);
      return (value) => {
        const members: string[] = [];
        for (const [key, member] of value as ReadonlyMap<Value, Value>) {
          const text = writeKey(key);
          members.push(`${text.startsWith('"') ? text : JSON.stringify(text)}:${write(member)}`);
        }
        return `{${members.join(",")}}`;
      };
    }
    default:
      return type satisfies never;
  }
}

function primitiveWriter(name: Extract<DataType, { kind: "primitive" }>["name"]): ValueWriter {
  switch (name) {
    case "boolean":
    case "byte":
    case "short":
    case "integer":
    case "long":
    case "void":
      return String;
    case "float":
    case "double": {
      const text = floatText(name);
      return (value) => (Number.isFinite(value) ? text(value as number) : `"${value}"`);
    }
    case "string":
      return (value) => JSON.stringify(value);
    case "date":
    case "timestamp":
    case "timestamp_ntz":
      return (value) => `"${value as string}"`;
    case "binary":
      return (value) => `"${base64(value as Uint8Array)}"`;
    case "variant":
      // It is JSON already.
      return (value) => value as string;
    default:
      return name satisfies never;
  }
}

/** Base64 with padding. */
export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
