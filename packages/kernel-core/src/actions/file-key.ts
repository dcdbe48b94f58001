import type { DeletionVectorDescriptor } from "./add-file.js";
import { deletionVectorUniqueId } from "./deletion-vector-id.js";

const encoder = new TextEncoder();

/**
 * Builds the key of a logical file, (path, deletion vector id), as bytes. Forms of one path get one key: the path is
 * percent-decoded, and a path below the table's root is made relative. PROTOCOL.md, "Action Reconciliation".
 */
export class FileKeys {
  readonly #root: string;
  /** The last key built; valid until the next. */
  bytes: Uint8Array = new Uint8Array(1024);
  length = 0;

  /** `root` is the table's URL. */
  constructor(root: string) {
    this.#root = normalAbsolute(decodePercent(root));
  }

  fromText(path: string, deletionVector: DeletionVectorDescriptor | undefined): void {
    const plain = isPlain(path) ? path : this.#normalize(path);
    this.#write(deletionVector === undefined ? plain : `${plain}\u0000${deletionVectorUniqueId(deletionVector)}`);
  }

  #write(key: string): void {
    if (this.bytes.length < key.length * 3) this.bytes = new Uint8Array(key.length * 6);
    this.length = encoder.encodeInto(key, this.bytes).written;
  }

  #normalize(path: string): string {
    const decoded = decodePercent(path);
    if (!SCHEME.test(path) && !path.startsWith("/")) return decoded;
    const absolute = normalAbsolute(decoded);
    return absolute.startsWith(this.#root) ? absolute.slice(this.#root.length) : absolute;
  }
}

/** `scheme:/`: a colon alone may stand in the name of a relative path. */
const SCHEME = /^[a-zA-Z][a-zA-Z0-9+.-]*:\//;

/** Whether the text of a path is its own normal form. */
function isPlain(path: string): boolean {
  if (path.charCodeAt(0) === 0x2f) return false;
  for (let i = 0; i < path.length; i++) {
    const c = path.charCodeAt(i);
    if (c === 0x25 || c === 0x3a) return false;
  }
  return true;
}

/** Whether the bytes of a path are their own normal form. */
export function isPlainPath(bytes: Uint8Array, start: number, end: number): boolean {
  if (bytes[start] === 0x2f) return false;
  for (let i = start; i < end; i++) {
    const c = bytes[i]!;
    if (c === 0x25 || c === 0x3a) return false;
  }
  return true;
}

/** `file:///a`, `file:/a` and `/a` are one file. */
function normalAbsolute(path: string): string {
  return path.replace(/^file:\/\/\//i, "/").replace(/^file:\/(?!\/)/i, "/");
}

/** Decodes percent escapes once; what is no valid escape stays as it is. */
function decodePercent(text: string): string {
  if (!text.includes("%")) return text;
  return text.replace(/(?:%[0-9a-fA-F]{2})+/g, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run;
    }
  });
}
