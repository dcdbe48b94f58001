import { Agent, type IncomingMessage, request } from "node:http";
import type { Answer, Asked, Upstream } from "./answer.js";

/**
 * Asks a real server, by its origin. `Host` stays as the client sent it, since signatures cover it, unless the server is
 * to be asked by its own name.
 */
export function httpUpstream(origin: string, { ownHost = false } = {}): Upstream & { close(): void } {
  const { hostname, port } = new URL(origin);
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const ask = ({ method, target, headers, body }: Asked): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const { connection: _, ...all } = headers;
      const passed = ownHost ? { ...all, host: `${hostname}:${port}` } : all;
      const asked = request({ hostname, port, method, path: target, headers: passed as never, agent }, (answer) => {
        bytesOf(answer).then((bytes) => {
          const { connection: __, "transfer-encoding": ___, "content-length": ____, ...kept } = answer.headers;
          const said = Object.entries(kept).map(([name, value]) => [name, String(value)]);
          resolve({ status: answer.statusCode!, headers: Object.fromEntries(said), body: bytes });
        }, reject);
      });
      asked.on("error", reject);
      asked.end(body);
    });
  return Object.assign(ask, { close: () => agent.destroy() });
}

async function bytesOf(message: IncomingMessage): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of message) parts.push(part as Uint8Array);
  return Buffer.concat(parts);
}
