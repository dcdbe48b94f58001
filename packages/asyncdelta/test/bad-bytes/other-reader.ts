import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { python, scriptArguments } from "../../../engine-node/test/interop/python.js";

/** What a reader makes of a folder: its rows as canonical text, or an error. */
export interface Reading {
  readonly rows?: readonly string[];
  readonly error?: string;
}

const SCRIPT = new URL("./read-tables.py", import.meta.url);
/** After so long the other reader does not come to an end, and is started anew. */
const PATIENCE_MS = 30_000;

/** deltalake, in a process that is started anew when a damaged table ends it or keeps it for ever. */
export class OtherReader {
  #process: ChildProcessWithoutNullStreams | undefined;
  #answers: AsyncIterator<string> | undefined;

  async read(folder: string): Promise<Reading> {
    if (this.#process === undefined) {
      this.#process = spawn(python, scriptArguments(SCRIPT));
      // Its threads report panics there.
      this.#process.stderr.resume();
      this.#process.stdin.on("error", () => {});
      this.#answers = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
    }
    this.#process.stdin.write(`${folder}\n`);
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<"hangs">((resolve) => {
      timer = setTimeout(resolve, PATIENCE_MS, "hangs");
    });
    const answer = await Promise.race([this.#answers!.next(), patience]);
    clearTimeout(timer);
    if (answer !== "hangs" && !answer.done) {
      const { rows, error } = JSON.parse(answer.value) as Reading;
      return rows === undefined ? { error: error ?? "?" } : { rows };
    }
    this.stop();
    return { error: answer === "hangs" ? "hangs" : "crashes" };
  }

  stop(): void {
    this.#process?.kill("SIGKILL");
    this.#process = undefined;
  }
}
