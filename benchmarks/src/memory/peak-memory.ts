import { readFileSync, writeFileSync } from "node:fs";

/** Starts the kernel's count of the process's peak memory anew. Linux only; elsewhere the peak since the start stays. */
export function resetPeakMemory(): void {
  try {
    writeFileSync("/proc/self/clear_refs", "5");
  } catch {
    // Not Linux, or not allowed: the peak is then that of the whole process, and no smaller.
  }
}

/** The most memory that the process has held since the reset, in MiB. */
export function peakMemory(): number {
  try {
    const kibibytes = /^VmHWM:\s+(\d+)/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
    if (kibibytes !== undefined) return round(Number(kibibytes) / 1024);
  } catch {
    // Not Linux.
  }
  return round(process.resourceUsage().maxRSS / 1024);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
