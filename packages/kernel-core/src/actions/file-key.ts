import type { DeletionVectorDescriptor } from "./add-file.js";
import { deletionVectorUniqueId } from "./deletion-vector-id.js";
import { resolveFileUrl } from "./resolve-path.js";

const encoder = new TextEncoder();

/**
 * Builds the key of a logical file, (path, deletion vector id), as bytes. Two paths have one key exactly if they lead to one
 * URL, of which the table's root is left out. PROTOCOL.md, "Action Reconciliation".
 */
export class FileKeys {
  readonly #root: string;
  /** The last key built; valid until the next. */
  bytes: Uint8Array = new Uint8Array(1024);
  length = 0;

  /** `root` is the table's URL. */
  constructor(root: string) {
    this.#root = resolveFileUrl(root, root);
  }

  fromText(path: string, deletionVector: DeletionVectorDescriptor | undefined): void {
    this.write(this.text(path, deletionVector));
  }

  /** The key as text. */
  text(path: string, deletionVector: DeletionVectorDescriptor | undefined): string {
    const plain = isPlain(path) ? path : this.#normalize(path);
    return deletionVector === undefined ? plain : `${plain}\u0000${deletionVectorUniqueId(deletionVector)}`;
  }

  /** Makes bytes of a key that is text. */
  write(key: string): void {
    if (this.bytes.length < key.length * 3) this.bytes = new Uint8Array(key.length * 6);
    this.length = encoder.encodeInto(key, this.bytes).written;
  }

  #normalize(path: string): string {
    const url = resolveFileUrl(this.#root, path);
    // A path below the root may look like a URL; none begins with a NUL.
    return url.startsWith(this.#root) ? url.slice(this.#root.length) : `\u0000${url}`;
  }
}

/**
 * What a byte may be: one that stands for itself in a path and in its URL, or one that does not (a colon may end a scheme, a
 * percent sign begin an escape). A dot behind a slash may be the segment `.` or `..`.
 */
const [SLASH, DOT, ODD] = [1, 2, 3];
const KINDS: Uint8Array = Uint8Array.from({ length: 256 }, (_, c) => {
  const character = String.fromCharCode(c);
  if (character === "/") return SLASH;
  if (character === ".") return DOT;
  return c < 128 && /[\w;,@&=+$!~*'()-]/.test(character) ? 0 : ODD;
});

/** Whether the bytes of a path are what its URL has behind the root. */
export function isPlainPath(bytes: Uint8Array, start: number, end: number): boolean {
  let before = SLASH;
  for (let i = start; i < end; i++) {
    const kind = KINDS[bytes[i]!]!;
    if (kind >= DOT && (kind === ODD || before === SLASH)) return false;
    before = kind;
  }
  return bytes[start] !== 0x2f;
}

/** For each lower half of a byte the upper halves, a bit for each, of bytes that a plain path may have. */
export const PLAIN_BYTES: Uint8Array = KINDS.reduce((table, kind, byte) => {
  if (kind !== ODD) table[byte & 0x0f]! |= 1 << (byte >> 4);
  return table;
}, new Uint8Array(16));

/** What no path may have that is to be plain, nor many of them one behind another. */
const NOT_PLAIN = /[^\w;,@&=+$!~*'()\-./]/;

/** Whether all of many paths are plain. `text` is all of them one behind another, `starts` where each begins. */
export function arePlainPaths(text: string, starts: Int32Array, count: number): boolean {
  if (text.includes("/.") || NOT_PLAIN.test(text)) return false;
  const origin = starts[0]!;
  for (let i = 0; i < count; i++) {
    const first = text.charCodeAt(starts[i]! - origin);
    if (first === 0x2e || first === 0x2f) return false;
  }
  return true;
}

/** The same for the text of one. */
function isPlain(path: string): boolean {
  let before = SLASH;
  for (let i = 0; i < path.length; i++) {
    const c = path.charCodeAt(i);
    const kind = c < 128 ? KINDS[c]! : ODD;
    if (kind >= DOT && (kind === ODD || before === SLASH)) return false;
    before = kind;
  }
  return !path.startsWith("/");
}
