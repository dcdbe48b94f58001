import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer, type ServerOptions } from "node:https";
import type { AddressInfo, Server, Socket } from "node:net";

export interface SeenRequest {
  readonly method: string;
  /** Path and query as they came. */
  readonly target: string;
  readonly headers: IncomingMessage["headers"];
  readonly socket: Socket;
}

/** A server of the test's own, which notes what reaches it. */
export interface TestServer {
  readonly origin: string;
  readonly seen: SeenRequest[];
  /** Sockets accepted so far. */
  readonly sockets: Socket[];
  /** Sockets that are open now. */
  readonly open: Set<Socket>;
  close(): Promise<void>;
}

/** Answers request number `index` (from 0 on), whose body has been read. */
export type Answering = (request: IncomingMessage, response: ServerResponse, index: number, body: Buffer) => void;

export async function serve(answer: Answering, tls?: ServerOptions): Promise<TestServer> {
  const seen: SeenRequest[] = [];
  const listener = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const index = seen.length;
    seen.push({ method: request.method!, target: request.url!, headers: request.headers, socket: request.socket });
    const body: Buffer[] = [];
    try {
      for await (const chunk of request) body.push(chunk);
    } catch {
      return;
    }
    answer(request, response, index, Buffer.concat(body));
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  return { ...(await listen(server, tls === undefined ? "http" : "https")), seen };
}

/** A server that speaks bytes: `talk` gets each socket. */
export async function serveRaw(
  talk: (socket: Socket, index: number) => void,
  scheme = "http",
): Promise<Omit<TestServer, "seen">> {
  const { createServer: createRawServer } = await import("node:net");
  let index = 0;
  return listen(
    createRawServer((socket) => {
      socket.on("error", () => {});
      talk(socket, index++);
    }),
    scheme,
  );
}

async function listen(server: Server, scheme: string): Promise<Omit<TestServer, "seen">> {
  const sockets: Socket[] = [];
  const open = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.push(socket);
    open.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => open.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sockets,
    open,
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** Waits until something is so; the test's own time limit is the end of it. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 2));
}
