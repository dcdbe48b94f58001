import {
  change,
  type Fault,
  shortened,
  shortenedChunked,
  shortenedToEnd,
  withHeaders,
} from "../../../../engine-node/test/faults/fault.js";
import { always, eachOnce, first, nth } from "../plans.js";
import { ENDED, type FaultCase } from "./fault-case.js";

const cut = (after: number, by: "end" | "reset" = "reset"): Fault => ({ kind: "cut", after, by });

/** Bodies that break off, stall, or are not what was asked for. */
export const bodyCases: readonly FaultCase[] = [
  {
    name: "a reset in the middle of a body",
    table: "big",
    // The end of the file comes first, and is shorter.
    plan: () => nth("data", 2, cut(300_000)),
    end: "rows",
    more: 1,
    check: ({ lake }) => {
      // What had come is not asked for again. A reset takes along what was still under way.
      const [, cutFrom, ...later] = lake.server.log.of("data").map(({ sent }) => sent!.offset);
      const isResumed = later.some((from) => from > cutFrom! && from <= cutFrom! + 300_000);
      if (!isResumed) throw new Error(`Asked from ${[cutFrom, ...later].join(", ")}`);
    },
  },
  {
    name: "a body that ends too soon, with the right length",
    plan: () => first("data", cut(500, "end")),
    end: "rows",
    more: 1,
  },
  { name: "a body that ends before its first byte", plan: () => first("commit", cut(0, "end")), end: "rows", more: 1 },
  {
    name: "every body cut in its middle",
    plan: () => eachOnce(cut(100), ["data", "commit", "checkpoint"]),
    end: "rows",
    more: ["data", "commit", "checkpoint"],
  },
  {
    name: "a body cut whenever some of it has come",
    plan: () => always(cut(40), "commit"),
    end: ["STORAGE_FAILED"],
    more: [ENDED, 20],
    says: /broke off/,
  },
  {
    name: "a short body in a frame of its own, and the range of the whole",
    plan: () => always(shortened(9, "as it was"), "commit"),
    end: "STORAGE_FAILED",
    more: [ENDED, 20],
  },
  {
    name: "a shorter range than was asked for, once",
    plan: () => first("data", shortened(9, "shortened")),
    end: ["STORAGE_FAILED", "FILE_CHANGED"],
    more: [ENDED, 1],
  },
  {
    name: "a shorter range than was asked for",
    plan: () => always(shortened(9, "shortened"), "commit"),
    end: ["STORAGE_FAILED", "FILE_CHANGED"],
    more: [ENDED, 20],
  },
  {
    name: "a short body in chunks",
    plan: () => always(shortenedChunked(9), "commit"),
    end: "STORAGE_FAILED",
    more: [ENDED, 20],
  },
  { name: "a short body in chunks, once", plan: () => first("commit", shortenedChunked(9)), end: "rows", more: 1 },
  { name: "a short body without a length, once", plan: () => first("commit", shortenedToEnd(9)), end: "rows", more: 1 },
  {
    name: "a body without its last line",
    plan: () => always(change(withoutLastLine), "commit"),
    end: ["STORAGE_FAILED", "FILE_CHANGED"],
    more: [ENDED, 20],
  },
  {
    name: "more bytes than were asked for",
    plan: () =>
      always(
        change((answer) => ({ ...answer, body: Buffer.concat([answer.body, Buffer.from('{"remove":{}}\n')]) })),
        "commit",
      ),
    end: "STORAGE_FAILED",
    more: [ENDED, 4],
  },
  {
    name: "an empty body with status 200 for each commit",
    plan: () =>
      always(
        change(({ headers }) => whole({ status: 200, headers, body: Buffer.alloc(0) })),
        "commit",
      ),
    end: ["STORAGE_FAILED", "FILE_CHANGED"],
    more: [ENDED, 20],
  },
  {
    name: "a stall after the tenth byte, once",
    plan: () => first("data", { kind: "stall", after: 10 }),
    store: { idleMs: 400 },
    end: "rows",
    more: 1,
  },
  {
    name: "a stall after the tenth byte",
    plan: () => always({ kind: "stall", after: 10 }, "commit"),
    store: { idleMs: 150, retries: 2 },
    end: "STORAGE_FAILED",
    more: [ENDED, 20],
  },
  {
    name: "slow bodies",
    plan: () => eachOnce({ kind: "drip", bytes: 500, ms: 2 }),
    store: { idleMs: 300 },
    end: "rows",
    more: 0,
  },
];

function whole(answer: { status: number; headers: Readonly<Record<string, string>>; body: Uint8Array }) {
  return withHeaders(answer, { "content-range": undefined });
}

function withoutLastLine(answer: { status: number; headers: Readonly<Record<string, string>>; body: Uint8Array }) {
  const text = Buffer.from(answer.body).toString();
  const body = Buffer.from(text.slice(0, text.trimEnd().lastIndexOf("\n") + 1));
  return whole({ ...answer, status: 200, body });
}
