import type { OnReadOpts, Socket } from "node:net";

/** So that it stays in the cache of the processor. docs/decisions/052-http.md. */
const BYTES = 256 * 1024;

type Taker = (chunk: Uint8Array) => boolean;

const takers = new WeakMap<object, Taker>();

let memory: Buffer | undefined;

/**
 * Has sockets read to one piece of memory for all, which is used again for each read: nothing may be kept of what was read there.
 * Only bodies are lent like this, see {@link lendReads}; all else goes the stream's own way, in memory of its own.
 */
export function lentReads(): OnReadOpts {
  memory ??= Buffer.allocUnsafeSlow(BYTES);
  return {
    buffer: memory,
    callback(this: Socket, size: number, from: Uint8Array): boolean {
      const chunk = from.subarray(0, size);
      return takers.get(this)?.(chunk) === true || this.push(Buffer.from(chunk));
    },
  };
}

/**
 * Lends what comes on a socket of {@link lentReads} to its reader, an HTTP parser, which takes it when `readable` is emitted: as long as it lies
 * within the next `wanted()` bytes, of which the reader keeps none. What it does not take at once, because it is paused, is kept for it.
 */
export function lendReads(socket: Socket, wanted: () => number): void {
  let lent: Uint8Array | null = null;
  const read = socket.read.bind(socket);
  socket.read = (size) => {
    const chunk = lent;
    if (chunk === null || size !== undefined) return read(size);
    lent = null;
    return chunk;
  };
  takers.set(socket, (chunk) => {
    // What waits in the stream comes first.
    if (chunk.length > wanted() || socket.readableLength > 0) return false;
    lent = chunk;
    socket.emit("readable");
    const isTaken = lent === null;
    lent = null;
    return isTaken;
  });
}
