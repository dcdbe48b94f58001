import { writeSync } from "node:fs";
import { isTerminalDevice, type Output } from "./output.js";

/** How far a long piece of work has come, shown on standard error while it goes on. */
export interface Progress {
  /** Whether anything can be shown: else nobody need count. */
  readonly visible: boolean;
  /** How much there is to do, once it is known. */
  total: number;
  /** How much of it has begun. */
  begun: number;
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
  const progress = { visible, total: 0, begun: 0, rows: 0, stop: () => {} };
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

/** `[#####     ] 3 of 20 files, 1 234 567 rows, 4 s` */
export function bar(state: Pick<Progress, "total" | "begun" | "rows">, elapsedMs: number): string {
  const { total, begun, rows } = state;
  const full = total === 0 ? 0 : Math.round((BAR * begun) / total);
  const count = String(rows).replaceAll(/\B(?=(?:\d{3})+$)/g, " ");
  const files = total === 0 ? "planning" : `${begun} of ${total} files`;
  return `[${"#".repeat(full).padEnd(BAR)}] ${files}, ${count} rows, ${Math.floor(elapsedMs / 1000)} s`;
}
