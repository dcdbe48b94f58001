import type { JsonColumn } from "./json-column.js";
import { CLOSE_BRACE, COLON, COMMA, LineFault, type LineScanner, QUOTE } from "./line-scanner.js";

/** Reads the members of JSON objects into columns. */
export class MemberReader {
  readonly #columns: readonly JsonColumn[];
  readonly #names: readonly string[];
  /** The name as it stands in a file when nothing in it is escaped, with the quotes; absent where it cannot. */
  readonly #quoted: readonly (Uint8Array | undefined)[];
  /** For each column the number of the last object that had it. */
  readonly #seen: Uint32Array;
  #object = 0;
  /** The column after the last: writers keep to one order. */
  #next = 0;

  constructor(columns: readonly JsonColumn[], names: readonly string[]) {
    this.#columns = columns;
    this.#names = names;
    this.#quoted = names.map(quotedName);
    this.#seen = new Uint32Array(names.length);
  }

  /** Members of the last object. */
  members = 0;
  /** How many of them have a column. */
  wanted = 0;

  /** Passes the object that starts here. */
  read(scanner: LineScanner): void {
    this.members = 0;
    this.wanted = 0;
    this.#object++;
    scanner.open();
    if (scanner.peek() !== CLOSE_BRACE) {
      for (;;) {
        scanner.peek();
        const index = this.#readName(scanner);
        scanner.expect(COLON);
        scanner.peek();
        this.members++;
        if (index < 0) {
          scanner.skipValue();
        } else {
          this.wanted++;
          if (this.#seen[index] === this.#object) throw new LineFault(`"${this.#columns[index]!.name}" stands twice.`);
          this.#seen[index] = this.#object;
          this.#columns[index]!.read(scanner);
        }
        if (scanner.peek() !== COMMA) break;
        scanner.at++;
      }
    }
    scanner.close(CLOSE_BRACE);
  }

  /** Appends to the columns that the last object did not have. */
  fill(): void {
    for (let i = 0; i < this.#columns.length; i++) {
      if (this.#seen[i] !== this.#object) this.#columns[i]!.readAbsent();
    }
  }

  /** Passes a name and gives its column, -1 for none. */
  #readName(scanner: LineScanner): number {
    const { bytes, at } = scanner;
    const count = this.#quoted.length;
    for (let tried = 0, index = this.#next; tried < count; tried++, index++) {
      if (index >= count) index -= count;
      const quoted = this.#quoted[index];
      if (quoted === undefined || !startsWith(bytes, at, quoted)) continue;
      scanner.at = at + quoted.length;
      this.#next = index + 1;
      return index;
    }
    scanner.skipString();
    if (!scanner.isEscaped) return -1;
    return this.#names.indexOf(JSON.parse(decoder.decode(bytes.subarray(at, scanner.at))) as string);
  }
}

const decoder = new TextDecoder();

function startsWith(bytes: Uint8Array, at: number, quoted: Uint8Array): boolean {
  for (let i = 0; i < quoted.length; i++) if (bytes[at + i] !== quoted[i]) return false;
  return true;
}

function quotedName(name: string): Uint8Array | undefined {
  const text = JSON.stringify(name);
  // Only then can a file have it in no other way than with an escape.
  if (text.length !== name.length + 2) return undefined;
  const bytes = new TextEncoder().encode(text);
  return bytes[0] === QUOTE ? bytes : undefined;
}
