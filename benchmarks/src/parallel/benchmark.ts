import { Bench } from "tinybench";
import { type SourceKind, type Subject, subjects } from "./subjects.js";

export interface ParallelBenchmarkOptions {
  /** Items in a run. Default: 100 000. */
  readonly items?: number | undefined;
  /** Widths of the window. Default: 1, 8 and 64. */
  readonly widths?: readonly number[] | undefined;
  /** How often all subjects are measured in turn, so that a busy moment does not hit one of them alone. Default: 5. */
  readonly rounds?: number | undefined;
  /** Runs of a subject in a round. Default: 3. */
  readonly iterations?: number | undefined;
  /**
   * `wall` (the default), or `cpu`: the processor time of all threads, garbage collection included. Nothing here waits,
   * so that is the same on an idle machine, and nearly so on a busy one.
   */
  readonly clock?: "wall" | "cpu" | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told of each finished setting, since all of them take minutes. */
  readonly onSetting?: ((setting: Setting) => void) | undefined;
}

/** All subjects under one width and one kind of source. */
export interface Setting {
  readonly source: SourceKind;
  readonly width: number;
  readonly figures: readonly Figure[];
}

export interface Figure {
  readonly subject: string;
  readonly role: Subject["role"];
  /** Microseconds an item, in the fastest run: whatever else the machine does only ever adds. */
  readonly microseconds: number;
}

const kinds: readonly SourceKind[] = ["async generator", "array"];

/**
 * Measures the ordered maps and their yardsticks on tasks that do nothing, so that only the combinators' own cost shows.
 * A subject whose results are not right ends the benchmark.
 */
export async function runParallelBenchmark(options: ParallelBenchmarkOptions = {}): Promise<readonly Setting[]> {
  const { items = 100_000, widths = [1, 8, 64], onSetting } = options;
  const settings: Setting[] = [];
  for (const source of kinds) {
    for (const width of widths) {
      const setting = { source, width, figures: await measure(source, width, items, options) };
      settings.push(setting);
      onSetting?.(setting);
    }
  }
  return settings;
}

async function measure(
  source: SourceKind,
  width: number,
  items: number,
  { rounds = 5, iterations = 3, clock = "wall", signal }: ParallelBenchmarkOptions,
): Promise<Figure[]> {
  const least = new Map<string, number>();
  for (let round = 0; round < rounds; round++) {
    const now = clock === "cpu" ? cpuTime : () => performance.now();
    const bench = new Bench({ iterations, time: 0, warmupIterations: 1, warmupTime: 0, throws: true, now });
    for (const subject of subjects) bench.add(subject.name, () => check(subject, source, width, items, signal));
    for (const { name, result } of await bench.run()) {
      if (result.state !== "completed") throw new Error(`${name} did not complete`);
      least.set(name, Math.min(least.get(name) ?? Number.POSITIVE_INFINITY, result.latency.min));
    }
  }
  return subjects.map(({ name, role }) => ({
    subject: name,
    role,
    microseconds: ((least.get(name) as number) * 1000) / items,
  }));
}

/** In milliseconds, as tinybench wants it. */
function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const increment = async (item: number): Promise<number> => item + 1;

async function check(
  subject: Subject,
  source: SourceKind,
  width: number,
  items: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  signal?.throwIfAborted();
  const sum = await subject.run(source, items, increment, width);
  if (sum !== (items * (items + 1)) / 2) throw new Error(`${subject.name} gave wrong results`);
}
