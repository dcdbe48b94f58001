import { readUnsigned } from "./little-endian.js";
import { VariantInvalid } from "./variant-invalid.js";

/** The names of a variant's fields, from its metadata. VariantEncoding.md of the Parquet format, "Metadata encoding". */
export class VariantDictionary {
  readonly #bytes: Uint8Array;
  readonly #count: number;
  readonly #offsetWidth: number;
  readonly #names: (string | undefined)[];
  #ids: Map<string, number> | undefined;

  /** Throws {@link VariantInvalid} for bytes that are no metadata. Names are read when they are asked for. */
  constructor(metadata: Uint8Array) {
    const header = metadata[0];
    if (header === undefined) throw new VariantInvalid("its metadata is empty");
    if ((header & 0x0f) !== 1) throw new VariantInvalid(`its metadata is of version ${header & 0x0f}, and 1 is known`);
    this.#bytes = metadata;
    this.#offsetWidth = (header >> 6) + 1;
    this.#count = readUnsigned(metadata, 1, this.#offsetWidth);
    if (this.#start > metadata.length) throw new VariantInvalid(`its metadata has no room for ${this.#count} names`);
    this.#names = new Array(this.#count);
  }

  /** The name of a field id. */
  name(id: number): string {
    if (id >= this.#count) throw new VariantInvalid(`it has the field id ${id}, and its metadata ${this.#count} names`);
    this.#names[id] ??= this.#read(id);
    return this.#names[id];
  }

  /** The id of a name, `undefined` if the metadata lacks it. */
  id(name: string): number | undefined {
    if (this.#ids === undefined) {
      this.#ids = new Map();
      for (let id = this.#count - 1; id >= 0; id--) this.#ids.set(this.name(id), id);
    }
    return this.#ids.get(name);
  }

  /** Where the text of the names starts. */
  get #start(): number {
    return 1 + (this.#count + 2) * this.#offsetWidth;
  }

  #read(id: number): string {
    const at = 1 + (id + 1) * this.#offsetWidth;
    const from = this.#start + readUnsigned(this.#bytes, at, this.#offsetWidth);
    const to = this.#start + readUnsigned(this.#bytes, at + this.#offsetWidth, this.#offsetWidth);
    if (from > to || to > this.#bytes.length) throw new VariantInvalid(`name ${id} lies outside its metadata`);
    return decodeText(this.#bytes.subarray(from, to));
  }
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/** UTF-8 text. Throws {@link VariantInvalid} for bytes that are none. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new VariantInvalid("a text in it is no UTF-8");
  }
}
