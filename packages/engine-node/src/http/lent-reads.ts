import type { OnReadOpts, Socket } from "node:net";

/** So that it stays in the cache of the processor. docs/decisions/052-http.md. */
const BYTES = 256 * 1024;

/** Gives what was read to who reads the socket, and says whether he has taken it. */
type Offer = (bytes: Uint8Array) => boolean;

const offers = new WeakMap<object, Offer>();

let memory: Buffer | undefined;

/** Has sockets read to one piece of memory for all, which is used again for each read: nothing may be kept of what lies there. */
export function lentReads(): OnReadOpts {
  memory ??= Buffer.allocUnsafeSlow(BYTES);
  return {
    buffer: memory,
    callback(this: Socket, size: number, from: Uint8Array): boolean {
      const bytes = from.subarray(0, size);
      return offers.get(this)?.(bytes) === true || this.push(Buffer.from(bytes));
    },
  };
}

/**
 * Gives what comes on a socket of {@link lentReads} to its HTTP parser, which takes it when `readable` is emitted. It is lent as long as it
 * lies within the next `wanted()` bytes, of which nobody keeps any, and a copy otherwise. What the parser does not take at once, because it is
 * paused, waits in the stream.
 */
export function lendReads(socket: Socket, wanted: () => number): void {
  let offered: Uint8Array | null = null;
  const read = socket.read.bind(socket);
  socket.read = (size) => {
    const chunk = offered;
    if (chunk === null || size !== undefined) return read(size);
    offered = null;
    return chunk;
  };
  offers.set(socket, (bytes) => {
    // What waits in the stream comes first.
    if (socket.readableLength > 0) return false;
    offered = bytes.length <= wanted() ? bytes : Buffer.from(bytes);
    socket.emit("readable");
    const isTaken = offered === null;
    offered = null;
    return isTaken;
  });
}
