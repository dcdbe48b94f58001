import { write } from "node:fs";
import type { Chunk } from "../format/batch-encoder.js";
import type { Style } from "../format/style.js";

/** Whoever read the output has had enough: a reason to end quietly. */
export class OutputClosed extends Error {
  override readonly name: string = "OutputClosed";
}

/** Standard output. Writes wait for whoever reads it, without holding up the event loop. */
export interface Output {
  /** Whether anything has been written. */
  readonly started: boolean;
  /** Whether somebody looks at it. Asked late: finding out costs a few milliseconds. */
  isTerminal(): Promise<boolean>;
  /** Columns of the terminal; absent where the output is none. */
  width(): Promise<number | undefined>;
  style(): Promise<Style>;
  /** @throws OutputClosed if the reader has gone */
  write(chunk: Chunk): Promise<void>;
}

export function standardOutput(): Output {
  let started = false;
  const isTerminal = (): Promise<boolean> => isTerminalDevice(1);
  return {
    isTerminal,
    get started() {
      return started;
    },
    async width() {
      return (await isTerminal()) ? process.stdout.columns || 80 : undefined;
    },
    async style() {
      const { COLOURED, PLAIN } = await import("../format/style.js");
      return (await isTerminal()) && !process.env.NO_COLOR && process.env.TERM !== "dumb" ? COLOURED : PLAIN;
    },
    async write(chunk) {
      const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
      started ||= bytes.byteLength > 0;
      for (let done = 0; done < bytes.byteLength; ) done += await writeSome(1, bytes.subarray(done));
    },
  };
}

/**
 * Whether a file descriptor is a terminal. Not by `fstatSync`: Node 20 keeps its answer in one shared place, and a pipe
 * there makes the next `realpathSync`, and so the next import, stop short of resolving links.
 */
export async function isTerminalDevice(fd: number): Promise<boolean> {
  return (await import("node:tty")).isatty(fd);
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
