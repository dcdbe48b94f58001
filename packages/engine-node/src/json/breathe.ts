import { throwIfAborted } from "@asyncdelta/kernel-core";

/** Lets the event loop do what has come in meanwhile, aborts included. */
export async function breathe(signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
  throwIfAborted(signal);
}
