import { close, constants, fstat, open, read, type Stats } from "node:fs";
import { type ByteRange, shortObjectError, throwIfAborted } from "@asyncdelta/kernel-core";

/** Bytes of one request to the thread pool: an abort waits for no more than that. */
const STEP_BYTES = 4 * 1024 * 1024;

/** A named pipe, opened like this, cannot hold up a thread; for a file it makes no difference. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * A file open for reading. Made of `node:fs`'s callbacks: on small files that takes half the time of its `FileHandle`
 * (24 against 48 µs for open, read and close). Whoever opens one closes it, once no read is under way.
 */
export class OpenFile {
  readonly #fd: number;
  readonly #url: string;

  private constructor(fd: number, url: string) {
    this.#fd = fd;
    this.#url = url;
  }

  /** `url` names the file in errors. */
  static open(path: string, url: string): Promise<OpenFile> {
    return new Promise((resolve, reject) => {
      open(path, FLAGS, (error, fd) => (error ? reject(error) : resolve(new OpenFile(fd, url))));
    });
  }

  stat(): Promise<Stats> {
    return new Promise((resolve, reject) => {
      fstat(this.#fd, (error, stats) => (error ? reject(error) : resolve(stats)));
    });
  }

  /** Exactly these bytes, in what `allocate` gives for their number; `FILE_CHANGED` where the file ends before. */
  async read(
    range: ByteRange,
    signal: AbortSignal | undefined,
    allocate: (length: number) => Uint8Array = newBytes,
  ): Promise<Uint8Array> {
    // A length from damaged metadata may be absurd: ask before so much memory is taken.
    if (range.length > STEP_BYTES) await this.checkSize(range);
    const bytes = allocate(range.length);
    let filled = 0;
    while (filled < range.length) {
      throwIfAborted(signal);
      const length = Math.min(range.length - filled, STEP_BYTES);
      const got = await this.#readInto(bytes, filled, length, range.offset + filled);
      if (got === 0) throw shortObjectError(this.#url, range, range.offset + filled);
      filled += got;
    }
    throwIfAborted(signal);
    return bytes;
  }

  /** Throws `FILE_CHANGED` unless the file is long enough for this range. */
  async checkSize(range: ByteRange): Promise<void> {
    const { size } = await this.stat();
    if (range.offset + range.length > size) throw shortObjectError(this.#url, range, size);
  }

  #readInto(bytes: Uint8Array, at: number, length: number, position: number): Promise<number> {
    return new Promise((resolve, reject) => {
      read(this.#fd, bytes, at, length, position, (error, count) => (error ? reject(error) : resolve(count)));
    });
  }

  close(): Promise<void> {
    return new Promise((resolve, reject) => {
      close(this.#fd, (error) => (error ? reject(error) : resolve()));
    });
  }
}

/**
 * As the one that all others share. The command would load that from a file of its own before it opens the smallest table, since threads
 * share it too.
 */
function newBytes(length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
}
