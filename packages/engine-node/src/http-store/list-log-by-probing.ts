import {
  compareNames,
  DeltaError,
  isDeltaError,
  type ListOptions,
  type ObjectMeta,
  type Storage,
  throwIfAborted,
} from "@asyncdelta/kernel-core";
import { shownUrl } from "../object-store/shown-url.js";
import { checkpointNames, type HintedCheckpoint, hintedCheckpoint } from "./hinted-checkpoint.js";

/** Versions asked for at once, at first and at most; the number doubles from window to window. */
const FIRST_WINDOW = 4;
const LARGEST_WINDOW = 256;

/**
 * A listing of `_delta_log` made of questions for single objects, all of a window at once.
 *
 * A log grows at its end by one version after another and is cleaned up from its beginning, so that its commits have no
 * gaps. So from the first wanted version on (or from the checkpoint that `_last_checkpoint` names, if the log may begin
 * later) versions are asked for upwards until one is absent, and from that checkpoint downwards likewise. A version
 * that is absent although a later one is there is asked for again (it may have been written meanwhile), and then left
 * out, for the kernel to find the gap. Whatever the server says but "there is none" fails: a log is never cut short.
 *
 * What it does not find: checkpoints that `_last_checkpoint` does not name, unless commits before it are missing, when
 * those with a classic name are looked for; compactions and checksums, which nothing depends on; and a log whose
 * beginning was cleaned up although it has no `_last_checkpoint`.
 */
export async function* listLogByProbing(
  storage: Storage,
  directory: string,
  { startAfter = "", signal }: ListOptions,
): AsyncGenerator<readonly ObjectMeta[], void, undefined> {
  throwIfAborted(signal);
  if (!directory.endsWith("/_delta_log/")) throw cannotList(directory);
  const from = firstVersion(startAfter);
  if (from === undefined) return;
  const log = new ProbedLog(storage, directory, signal);
  const wanted = (page: readonly ObjectMeta[]) =>
    page.filter(({ url }) => compareNames(url.slice(directory.length), startAfter) > 0);

  // The first window is asked for beside the hint: mostly it has all that is new since a version.
  const beginning = from === 0 ? undefined : log.window(from, FIRST_WINDOW);
  beginning?.catch(() => {});
  try {
    const hint = await hintedCheckpoint(storage, directory, signal);
    let next = from;
    if (hint !== undefined && hint.version >= from) {
      const checkpoint = await log.objects(checkpointNames(hint));
      if (checkpoint !== undefined) {
        await beginning;
        const page = wanted([...(await log.before(hint, from)), ...checkpoint]);
        if (page.length > 0) yield page;
        next = hint.version;
      }
    }
    for await (const page of log.onwards(next, next === from ? beginning : undefined)) {
      const objects = wanted(page);
      if (objects.length > 0) yield objects;
    }
  } finally {
    // Whatever failed beside it: no question is under way behind the end.
    await beginning?.catch(() => {});
  }
}

/** The objects of one log, by asking for them. */
class ProbedLog {
  readonly #storage: Storage;
  readonly #directory: string;
  readonly #signal: AbortSignal | undefined;

  constructor(storage: Storage, directory: string, signal: AbortSignal | undefined) {
    this.#storage = storage;
    this.#directory = directory;
    this.#signal = signal;
  }

  /** These objects, or `undefined` unless all of them are there. */
  async objects(names: readonly string[]): Promise<readonly ObjectMeta[] | undefined> {
    const found = await this.#heads(names);
    const there = found.filter((meta) => meta !== undefined);
    return there.length === names.length ? there : undefined;
  }

  /** The commits of `count` versions, in their order; `undefined` for one that is not there. */
  window(from: number, count: number): Promise<readonly (ObjectMeta | undefined)[]> {
    return this.#heads(Array.from({ length: count }, (_, i) => `${padded(from + i)}.json`));
  }

  /** The commits from a version on, in windows, up to the first that is not there. */
  async *onwards(
    from: number,
    beginning: Promise<readonly (ObjectMeta | undefined)[]> | undefined,
  ): AsyncGenerator<readonly ObjectMeta[], void, undefined> {
    let pending = beginning ?? this.window(from, FIRST_WINDOW);
    let size = FIRST_WINDOW;
    for (let version = from; ; ) {
      const window = [...(await pending)];
      const last = window.findLastIndex((meta) => meta !== undefined);
      const absent = window.slice(0, last + 1).flatMap((meta, i) => (meta === undefined ? [i] : []));
      if (absent.length > 0) {
        const again = await this.#heads(absent.map((i) => `${padded(version + i)}.json`));
        for (const [at, i] of absent.entries()) window[i] = again[at];
      }
      yield window.filter((meta) => meta !== undefined);
      if (last < window.length - 1) return;
      version += window.length;
      size = Math.min(2 * size, LARGEST_WINDOW);
      pending = this.window(version, size);
    }
  }

  /** What comes before a checkpoint, from a version on: its commits, and checkpoints that they would need. */
  async before(hint: HintedCheckpoint, from: number): Promise<readonly ObjectMeta[]> {
    const commits: ObjectMeta[] = [];
    let next = hint.version;
    let isContiguous = true;
    for (let size = FIRST_WINDOW; next > from && isContiguous; size = Math.min(2 * size, LARGEST_WINDOW)) {
      const start = Math.max(from, next - size);
      const window = await this.window(start, next - start);
      const gap = window.lastIndexOf(undefined);
      isContiguous = gap < 0;
      commits.unshift(...(window.slice(gap + 1) as ObjectMeta[]));
      next = start + gap + 1;
    }
    if (isContiguous) return commits;
    // The log does not begin here: versions before the hint are read from checkpoints, of which a classic name is known.
    const names = Array.from({ length: hint.version - next }, (_, i) => `${padded(next + i)}.checkpoint.parquet`);
    const checkpoints = (await this.#heads(names)).filter((meta) => meta !== undefined);
    return [...commits, ...checkpoints].sort((a, b) => compareNames(a.url, b.url));
  }

  async #heads(names: readonly string[]): Promise<readonly (ObjectMeta | undefined)[]> {
    const controller = new AbortController();
    const stop = () => controller.abort(this.#signal?.reason);
    this.#signal?.addEventListener("abort", stop, { once: true });
    try {
      const { signal } = controller;
      const heads = names.map((name) =>
        this.#storage.head(this.#directory + name, { signal }).catch((error) => {
          controller.abort();
          throw error;
        }),
      );
      const results = await Promise.allSettled(heads);
      throwIfAborted(this.#signal);
      // The first failure stops the others, which then fail by that.
      const failures = results.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
      if (failures.length > 0) throw failures.find((error) => !isDeltaError(error, "ABORTED")) ?? failures[0];
      return results.map((result) => (result as PromiseFulfilledResult<ObjectMeta | undefined>).value);
    } finally {
      this.#signal?.removeEventListener("abort", stop);
    }
  }
}

/** The first version whose files may sort behind a name; `undefined` where all versions sort before it. */
function firstVersion(startAfter: string): number | undefined {
  if (startAfter === "") return 0;
  const digits = /^\d{20}/.exec(startAfter)?.[0];
  if (digits === undefined) return compareNames(startAfter, padded(0)) < 0 ? 0 : undefined;
  const version = Number(digits);
  // `00000000000000000004~` is how the kernel asks for what comes behind version 4.
  return startAfter.slice(20) >= "~" ? version + 1 : version;
}

function padded(version: number): string {
  return String(version).padStart(20, "0");
}

function cannotList(directory: string): DeltaError {
  const path = shownUrl(directory);
  if (!directory.endsWith("/")) {
    return new DeltaError("INVALID_ARGUMENT", `Not the URL of a directory, which ends in "/": ${path}`, { path });
  }
  const message = `${path} cannot be listed: HTTP has no listing, and what is in a folder other than _delta_log cannot be guessed.`;
  return new DeltaError("STORAGE_FAILED", message, { path });
}
