import { shortNumber, spreadText } from "../program/statistics.js";
import { textTable } from "../program/text-table.js";
import { type KeyFigure, type RsaOptions, usableCores } from "./compare-keys.js";

/** The figures as a table, and what they say. */
export function describeKeys(
  { bits, keys, repeat }: Omit<RsaOptions, "widths">,
  figures: readonly KeyFigure[],
): string {
  const header = ["who makes the keys", "at once", "keys a second", "ideal", "of the ideal", "busy cores", "usable"];
  const rows = figures.map(({ worker, width, keysASecond, busyCores, ideal }) => [
    worker,
    String(width),
    spreadText(keysASecond, shortNumber),
    shortNumber(ideal),
    `${Math.round((100 * keysASecond.median) / ideal)} %`,
    spreadText(busyCores, shortNumber),
    String(usableCores(worker, width)),
  ]);
  const facts = `RSA keys of ${bits} bits, ${keys} to a run, ${repeat} ${repeat === 1 ? "run" : "runs each, in turn"}: median (least–most).`;
  return `${facts}\n\n${textTable([header, ...rows])}\n${verdict(figures)}\n`;
}

/** Whether an asynchronous runtime uses all cores for work on the processor: what the figures say of it. */
export function verdict(figures: readonly KeyFigure[]): string {
  const best = (worker: KeyFigure["worker"]): KeyFigure =>
    figures
      .filter((figure) => figure.worker === worker)
      .reduce((most, figure) => (figure.keysASecond.median > most.keysASecond.median ? figure : most));
  const [loop, pool, threads] = [best("event loop"), best("libuv pool"), best("worker threads")];
  const times = (figure: KeyFigure): string =>
    `${shortNumber(figure.keysASecond.median / loop.keysASecond.median)} times as many keys with ${shortNumber(figure.busyCores.median)} busy cores`;
  return (
    `The event loop alone keeps ${shortNumber(loop.busyCores.median)} cores busy, however many keys are asked for at once. ` +
    `Under the same parallelMap, libuv's pool makes ${times(pool)}, and worker threads ${times(threads)}. ` +
    "The ideal is what the usable cores would make if none ever waited, by the processor time that a key took; a key's own time varies, since primes are searched for by chance."
  );
}
