import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Answer, Asked } from "./answer.js";
import { type Fault, rawHead, withHeaders } from "./fault.js";
import type { WireLog, WireRequest } from "./wire-log.js";

/** One request that is being answered. */
export interface Exchange {
  readonly asked: Asked;
  readonly request: WireRequest;
  readonly socket: Socket;
  readonly response: ServerResponse;
  readonly log: WireLog;
}

/** Answers as it should be. Bytes that the system has taken are sent, so it counts as answered before the client knows. */
export function playAnswer({ request, response, log }: Exchange, answer: Answer): void {
  const isEmpty = request.method === "HEAD" || hasNoBody(answer.status);
  note(request, answer, isEmpty ? 0 : answer.body.length);
  response.writeHead(answer.status, framed(answer));
  log.end(request, "whole");
  response.end(isEmpty ? undefined : answer.body);
}

/** Answers with a fault. Resolves once nothing more will be said. */
export async function playFault(exchange: Exchange, fault: Fault, answer: Answer): Promise<void> {
  const { asked, request, socket, response, log } = exchange;
  const leave = (by: "end" | "reset") => (by === "reset" ? socket.resetAndDestroy() : socket.end());
  const isOfBody = fault.kind === "drip" || ("after" in fault && fault.after !== "nothing");
  // Nothing can happen in the middle of what is not there.
  if (isOfBody && (request.method === "HEAD" || hasNoBody(answer.status))) return playAnswer(exchange, answer);
  switch (fault.kind) {
    case "say":
      return playAnswer(exchange, fault.answer(answer, asked));
    case "reset":
      log.end(request, "cut");
      leave("reset");
      return;
    case "raw":
      request.status = answer.status;
      log.end(request, "cut");
      await new Promise<void>((resolve) => socket.write(fault.bytes(answer, asked), () => resolve()));
      leave(fault.by);
      return;
    case "cut": {
      const part = answer.body.subarray(0, fault.after);
      note(request, answer, part.length);
      log.end(request, "cut");
      response.writeHead(answer.status, framed(answer));
      await written(exchange, part);
      // A reset takes along what the client has not read yet: without a moment for that it came before the head.
      if (fault.by === "reset") await pause(3, socket);
      leave(fault.by);
      return;
    }
    case "stall": {
      if (fault.after === "nothing") await pause(fault.ms, socket);
      // Of a shorter body, all has come before it could stall.
      if (fault.after === "nothing" || fault.after >= answer.body.length) {
        if (!socket.destroyed) playAnswer(exchange, answer);
        return;
      }
      const first = fault.after;
      note(request, answer, first);
      response.writeHead(answer.status, framed(answer));
      response.flushHeaders();
      await written(exchange, answer.body.subarray(0, first));
      await pause(fault.ms, socket);
      if (socket.destroyed) return;
      note(request, answer, answer.body.length);
      log.end(request, "whole");
      response.end(answer.body.subarray(first));
      return;
    }
    case "drip":
      response.writeHead(answer.status, framed(answer));
      for (let at = 0; at < answer.body.length && !socket.destroyed; at += fault.bytes) {
        note(request, answer, Math.min(at + fault.bytes, answer.body.length));
        if (at + fault.bytes >= answer.body.length) log.end(request, "whole");
        await written(exchange, answer.body.subarray(at, at + fault.bytes));
        await pause(fault.ms, socket);
      }
      response.end();
      return;
    case "hang up":
      if (fault.announced) return playAnswer(exchange, withHeaders(answer, { connection: "close" }));
      note(request, answer, answer.body.length);
      log.end(request, "whole");
      socket.write(rawHead(answer));
      await new Promise<void>((resolve) => socket.write(answer.body, () => resolve()));
      leave("end");
      return;
    default:
      fault satisfies never;
  }
}

/** Waits, for good without `ms`, but no longer than the client does. */
export function pause(ms: number | undefined, socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const timer = ms === undefined ? undefined : setTimeout(done, ms);
    socket.once("close", done);
    function done(): void {
      clearTimeout(timer);
      socket.off("close", done);
      resolve();
    }
    if (socket.destroyed) done();
  });
}

function hasNoBody(status: number): boolean {
  return status === 304 || status === 204;
}

/** Headers with the length, unless the answer says how it is framed. */
function framed({ headers, body, status }: Answer): Record<string, string | number> {
  if (hasNoBody(status) || "transfer-encoding" in headers || "content-length" in headers) return { ...headers };
  return { ...headers, "content-length": body.length };
}

function note(request: WireRequest, { status, headers }: Answer, length: number): void {
  request.status = status;
  if (request.kind === "list" || (status !== 200 && status !== 206)) return;
  const first = /^bytes (\d+)-/.exec(headers["content-range"] ?? "")?.[1];
  request.sent = { offset: Number(first ?? 0), length };
}

function written({ response, socket }: Exchange, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    if (socket.destroyed) return resolve();
    const done = () => {
      socket.off("close", done);
      resolve();
    };
    socket.once("close", done);
    response.write(bytes, done);
  });
}
