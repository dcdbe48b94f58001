import { Worker } from "node:worker_threads";

/** Seconds without a beat after which the process is stopped: only a loop without an end takes so long. */
const PATIENCE = 90;
const LABEL_BYTES = 400;

/**
 * Stops the process, and says in which case it was, when a case takes forever, also in a loop that never gives way.
 * A timer of this thread could not.
 */
export class Watchdog {
  readonly #shared = new SharedArrayBuffer(8 + LABEL_BYTES);
  readonly #beat = new Int32Array(this.#shared, 0, 2);
  readonly #label = new Uint8Array(this.#shared, 8);
  readonly #worker = new Worker(WATCH, { eval: true, workerData: { shared: this.#shared, patience: PATIENCE } });

  constructor() {
    this.#worker.unref();
  }

  /** A case begins. */
  beat(label: string): void {
    const { written } = new TextEncoder().encodeInto(label, this.#label.fill(0));
    Atomics.store(this.#beat, 1, written);
    Atomics.add(this.#beat, 0, 1);
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}

const WATCH = `
const { workerData: { shared, patience } } = require("node:worker_threads");
const beat = new Int32Array(shared, 0, 2);
let [last, quiet] = [-1, 0];
setInterval(() => {
  const now = Atomics.load(beat, 0);
  quiet = now === last ? quiet + 1 : 0;
  last = now;
  if (quiet < patience || now === 0) return;
  const label = Buffer.from(new Uint8Array(shared, 8, beat[1])).toString();
  require("node:fs").writeSync(2, "\\nA damaged table is read without end: " + label + "\\n");
  process.kill(process.pid, "SIGKILL");
}, 1000);
`;
