import { fstatSync, write } from "node:fs";
import type { Chunk } from "../format/batch-encoder.js";
import type { Style } from "../format/style.js";

/** Whoever read the output has had enough: a reason to end quietly. */
export class OutputClosed extends Error {
  override readonly name: string = "OutputClosed";
}

/** Standard output. Writes wait for whoever reads it, without holding up the event loop. */
export interface Output {
  readonly isTerminal: boolean;
  /** Whether anything has been written. */
  readonly started: boolean;
  /** Columns of the terminal; absent where the output is none. */
  width(): Promise<number | undefined>;
  style(): Promise<Style>;
  /** @throws OutputClosed if the reader has gone */
  write(chunk: Chunk): Promise<void>;
}

export function standardOutput(): Output {
  let started = false;
  const isTerminal = isTerminalDevice(1);
  return {
    isTerminal,
    get started() {
      return started;
    },
    async width() {
      return isTerminal ? process.stdout.columns || 80 : undefined;
    },
    async style() {
      const { COLOURED, PLAIN } = await import("../format/style.js");
      return isTerminal && !process.env.NO_COLOR && process.env.TERM !== "dumb" ? COLOURED : PLAIN;
    },
    async write(chunk) {
      const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
      started ||= bytes.byteLength > 0;
      for (let done = 0; done < bytes.byteLength; ) done += await writeSome(1, bytes.subarray(done));
    },
  };
}

/** `process.stdout` would tell, but loads the sockets. */
export function isTerminalDevice(fd: number): boolean {
  try {
    return fstatSync(fd).isCharacterDevice() && (fd === 1 ? process.stdout : process.stderr).isTTY === true;
  } catch {
    return false;
  }
}

/** Milliseconds to wait for a pipe that its other users made non-blocking and that is full. */
const RETRY = 5;

function writeSome(fd: number, bytes: Uint8Array): Promise<number> {
  return new Promise((resolve, reject) => {
    const attempt = (): void =>
      write(fd, bytes, (error, count) => {
        if (error === null) resolve(count);
        else if (error.code === "EAGAIN") setTimeout(attempt, RETRY);
        else if (error.code === "EPIPE" || error.code === "EOF") reject(new OutputClosed());
        else reject(new Error(`standard output cannot be written: ${error.message}`, { cause: error }));
      });
    attempt();
  });
}
