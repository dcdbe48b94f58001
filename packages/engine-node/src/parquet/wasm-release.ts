import { MessageChannel } from "node:worker_threads";

const { port1, port2 } = new MessageChannel();
port2.close();
port1.close();

/**
 * Gives memory back at once: what is moved to a closed port is gone. The collector would see to it in its own time, and
 * meanwhile a worker would hold the bytes of several windows.
 */
export function release({ buffer }: Uint8Array): void {
  port1.postMessage(undefined, [buffer as ArrayBuffer]);
}
