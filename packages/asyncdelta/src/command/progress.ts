import { writeSync } from "node:fs";
import { isTerminalDevice, type Output } from "./output.js";

/** How far a long piece of work has come, shown on standard error while it goes on. */
export interface Progress {
  /** Whether anything can be shown: else nobody need count. */
  readonly visible: boolean;
  /** Rows that there are, once that is known. */
  total: number | undefined;
  /** Rows put out. */
  rows: number;
  /** Takes the bar off the screen for good. Safe to repeat. */
  stop(): void;
}

/** Work that is done sooner shows nothing. */
const DELAY_MS = 500;
const INTERVAL_MS = 100;
const BAR = 30;
const CLEAR_LINE = "\r\u001b[K";

/**
 * Shows a bar where standard error is a terminal and standard output is not: on one screen the rows themselves show
 * that the work goes on.
 */
export async function startProgress(output: Output): Promise<Progress> {
  const visible = process.env.TERM !== "dumb" && (await isTerminalDevice(2)) && !(await output.isTerminal());
  const progress: Progress = { visible, total: undefined, rows: 0, stop: () => {} };
  if (!visible) return progress;
  const start = Date.now();
  let drawn = false;
  const timer = setInterval(() => {
    const elapsed = Date.now() - start;
    if (elapsed < DELAY_MS) return;
    drawn = true;
    writeSync(2, CLEAR_LINE + bar(progress, elapsed));
  }, INTERVAL_MS);
  timer.unref();
  const stop = (): void => {
    clearInterval(timer);
    process.off("SIGINT", interrupt);
    if (drawn) writeSync(2, CLEAR_LINE);
    drawn = false;
  };
  // Without a bar on the screen, the signal's own way to end the process is clean enough.
  const interrupt = (): void => {
    stop();
    process.kill(process.pid, "SIGINT");
  };
  process.once("SIGINT", interrupt);
  progress.stop = stop;
  return progress;
}

/** `[#####     ] 1 234 567 of 7 000 000 rows, 4 s`; no bar where the total is not known. */
export function bar({ total, rows }: Pick<Progress, "total" | "rows">, elapsedMs: number): string {
  const seconds = `${Math.floor(elapsedMs / 1000)} s`;
  if (total === undefined) return `${grouped(rows)} rows, ${seconds}`;
  const full = total === 0 ? BAR : Math.round((BAR * Math.min(rows, total)) / total);
  return `[${"#".repeat(full).padEnd(BAR)}] ${grouped(rows)} of ${grouped(total)} rows, ${seconds}`;
}

function grouped(count: number): string {
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, " ");
}
