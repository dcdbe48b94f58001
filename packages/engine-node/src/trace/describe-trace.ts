import type { Trace } from "./trace.js";
import { traceFacts } from "./trace-facts.js";
import { bytesText, shareText, threeDigits, timeText } from "./units.js";

/** What a timeline shows, in sentences. */
export function describeTrace(trace: Trace): string[] {
  const { requests, bytes, inFlightMost, inFlightMean, workers, mainThread, busyCores, gap } = traceFacts(trace);
  const sentences = [operationsText(trace)];
  sentences.push(
    requests === 0
      ? "Nothing was asked of the storage."
      : `${counted(requests, "request")} brought ${bytesText(bytes)}: at most ${inFlightMost} under way at once, ${threeDigits(inFlightMean)} on average.`,
  );
  const main = `The main thread was at work ${shareText(mainThread)} of the time`;
  sentences.push(
    workers.length === 0
      ? `${main}; no worker thread was used.`
      : `${main}, ${workers.map((share, i) => `worker ${i + 1} had a task ${shareText(share)}`).join(", ")} of it.`,
  );
  sentences.push(`${threeDigits(busyCores)} processor cores were busy on average.`);
  if (gap !== undefined) {
    sentences.push(
      `For ${timeText(gap.end - gap.start)}, from ${timeText(gap.start)} on, nothing was under way and the main thread mostly waited.`,
    );
  }
  const failed = trace.spans.filter(({ outcome }) => outcome === "failed").length;
  if (failed > 0) sentences.push(`${counted(failed, "span")} failed.`);
  return sentences;
}

function operationsText({ spans, duration }: Trace): string {
  const operations = spans.filter(({ kind, parent }) => kind === "operation" && parent === undefined);
  const parts = operations.slice(0, 6).map(({ name, start, end }) => `${name} took ${timeText(end - start)}`);
  const rest = operations.length > parts.length ? ` and ${operations.length - parts.length} more operations` : "";
  return parts.length === 0
    ? `The recording is ${timeText(duration)} long.`
    : `In ${timeText(duration)}, ${parts.join(", ")}${rest}.`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
