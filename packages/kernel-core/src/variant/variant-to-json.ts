import { DeltaError } from "../errors.js";
import { primitiveToJson } from "./primitive-to-json.js";
import { variantContainer } from "./variant-container.js";
import { decodeText, VariantDictionary } from "./variant-dictionary.js";
import { BasicType } from "./variant-format.js";
import { VariantInvalid } from "./variant-invalid.js";

/**
 * A variant as JSON text. Integers and decimals keep all their digits; dates, timestamps (`2021-09-08 11:11:11.5+00:00`),
 * times and UUIDs become text, as do numbers that are not finite, and binaries become Base64.
 *
 * `metadata` and `value` are the two parts of the variant. Throws `VALUE_INVALID` for bytes that are no variant.
 */
export function variantToJson(metadata: Uint8Array, value: Uint8Array): string {
  try {
    const writer = new JsonWriter(new VariantDictionary(metadata), value.length);
    writer.write(value, 0);
    return writer.text;
  } catch (cause) {
    if (!(cause instanceof VariantInvalid)) throw cause;
    throw new DeltaError("VALUE_INVALID", `The variant cannot be read: ${cause.message}.`, { cause });
  }
}

/** Deeper values are refused rather than left to overflow the stack. */
const MAX_DEPTH = 500;

class JsonWriter {
  text = "";
  readonly #names: VariantDictionary;
  /** Each value has a byte of its own: more values than bytes are values that contain each other. */
  #valuesLeft: number;

  constructor(names: VariantDictionary, bytes: number) {
    this.#names = names;
    this.#valuesLeft = bytes;
  }

  write(value: Uint8Array, depth: number): void {
    const head = value[0];
    if (head === undefined) throw new VariantInvalid("a value in it is empty");
    if (this.#valuesLeft-- === 0) throw new VariantInvalid("its members overlap");
    if (depth > MAX_DEPTH) throw new VariantInvalid(`it is nested more than ${MAX_DEPTH} deep`);
    switch (head & 3) {
      case BasicType.primitive:
        this.text += primitiveToJson(value);
        return;
      case BasicType.shortString: {
        const end = 1 + (head >> 2);
        if (end > value.length) throw new VariantInvalid("it ends in the middle of a text");
        this.text += JSON.stringify(decodeText(value.subarray(1, end)));
        return;
      }
      default:
        this.#writeContainer(value, depth);
    }
  }

  #writeContainer(value: Uint8Array, depth: number): void {
    const container = variantContainer(value);
    const isObject = (value[0]! & 3) === BasicType.object;
    this.text += isObject ? "{" : "[";
    for (let index = 0; index < container.count; index++) {
      if (index > 0) this.text += ",";
      if (isObject) this.text += `${JSON.stringify(this.#names.name(container.fieldId(index)))}:`;
      this.write(container.member(index), depth + 1);
    }
    this.text += isObject ? "}" : "]";
  }
}
