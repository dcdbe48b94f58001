import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { python, scriptArguments } from "../../../engine-node/test/interop/python.js";

const script = fileURLToPath(new URL("./generate.py", import.meta.url));
/** Histories made by one process: its imports take longer than a history. */
const BATCH = 10;

/** What the generator says of a history that it has made. */
export interface Made {
  readonly seed: number;
  readonly versions: number;
  readonly feeds: number;
  /** Operations that the writer refused or failed in, with its words. */
  readonly refused: readonly string[];
}

/** Makes histories a batch at a time, always one batch ahead of those that are asked for. */
export class Generator {
  readonly #out: string;
  readonly #seeds: readonly number[];
  readonly #batches: Promise<Map<number, Made>>[] = [];

  constructor(out: string, seeds: readonly number[]) {
    this.#out = out;
    this.#seeds = seeds;
  }

  /** The command that makes the history of a seed again. */
  command(seed: number, out: string = this.#out): string {
    return `${python} ${script} --seed ${seed} --out ${out}`;
  }

  folder(seed: number): string {
    return join(this.#out, String(seed));
  }

  async history(seed: number): Promise<Made> {
    const index = Math.floor(this.#seeds.indexOf(seed) / BATCH);
    const batch = this.#batch(index);
    void batch.then(() => this.#batch(index + 1)).catch(() => {});
    const made = (await batch).get(seed);
    if (made === undefined) throw new Error(`The generator made no history ${seed}: ${this.command(seed)}`);
    return made;
  }

  #batch(index: number): Promise<Map<number, Made>> {
    const seeds = this.#seeds.slice(index * BATCH, (index + 1) * BATCH);
    if (seeds.length === 0) return Promise.resolve(new Map());
    this.#batches[index] ??= this.#run(seeds);
    return this.#batches[index];
  }

  #run(seeds: readonly number[]): Promise<Map<number, Made>> {
    const flags = seeds.flatMap((seed) => ["--seed", String(seed)]);
    const args = scriptArguments(script, "--out", this.#out, ...flags);
    const child = spawn(python, args, { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    let errors = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
    // deltalake reports panics in its threads there, which come to the generator as errors.
    child.stderr.setEncoding("utf8").on("data", (text) => {
      errors = (errors + text).slice(-4000);
    });
    return new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (status) => {
        const made: Made[] = output
          .split("\n")
          .filter(Boolean)
          .map((line) => JSON.parse(line));
        if (status === 0) resolve(new Map(made.map((one) => [one.seed, one])));
        else reject(new Error(`The generator ended with status ${status}: ${python} ${args.join(" ")}\n${errors}`));
      });
    });
  }
}
