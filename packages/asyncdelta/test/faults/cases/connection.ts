import { gzipSync } from "node:zlib";
import { change, type Fault, join, rawHead, say, withHeaders } from "../../../../engine-node/test/faults/fault.js";
import { always, eachOnce, first } from "../plans.js";
import { ENDED, type FaultCase } from "./fault-case.js";

const RESET: Fault = { kind: "reset" };
const raw = (text: string, by: "end" | "reset" = "end"): Fault => ({ kind: "raw", bytes: () => text, by });
const flood = Array.from({ length: 3000 }, (_, i) => `x-flood-${i}: ${"y".repeat(60)}`);

/** The connection, and what is no HTTP. */
export const connectionCases: readonly FaultCase[] = [
  { name: "a reset before the headers", plan: () => first("commit", RESET), end: "rows", more: 1 },
  { name: "a reset of every first attempt", plan: () => eachOnce(RESET), end: "rows", more: "each" },
  {
    name: "a reset of every attempt at a commit",
    plan: () => always(RESET, "commit"),
    end: "STORAGE_FAILED",
    more: [ENDED, 6],
    says: /trips\/_delta_log\/\d+\.json.*connection/s,
  },
  {
    name: "a reset of everything",
    plan: () => always(RESET),
    end: "STORAGE_FAILED",
    more: [ENDED, 8],
  },
  {
    name: "connections that are closed after each answer, as announced",
    plan: () => always({ kind: "hang up", announced: true }),
    end: "rows",
    more: 0,
  },
  {
    name: "connections that are closed after each answer, without a word",
    plan: () => always({ kind: "hang up", announced: false }),
    end: "rows",
    more: [0, 38],
  },
  {
    name: "a first byte that never comes, once",
    plan: () => first("checkpoint", { kind: "stall", after: "nothing" }),
    store: { firstByteMs: 400 },
    end: "rows",
    more: 1,
  },
  {
    name: "a first byte that never comes",
    plan: () => always({ kind: "stall", after: "nothing" }, "commit"),
    store: { firstByteMs: 150, retries: 2 },
    end: "STORAGE_FAILED",
    more: [ENDED, 4],
    says: /in time/,
  },
  {
    name: "headers that stop half-way",
    plan: () => first("data", raw("HTTP/1.1 200 OK\r\nContent-Le")),
    end: "rows",
    more: 1,
  },
  {
    name: "another protocol, once",
    plan: () => first("hint", raw("SSH-2.0-OpenSSH_9.6\r\n")),
    end: "rows",
    more: [0, 1],
  },
  { name: "another protocol", plan: () => always(raw("220 mail ESMTP\r\n")), end: "STORAGE_FAILED", more: [ENDED, 8] },
  {
    name: "a flood of headers",
    plan: () =>
      always({ kind: "raw", by: "end", bytes: (answer) => join([rawHead(answer, flood), answer.body]) }, "data"),
    end: "STORAGE_FAILED",
    more: [ENDED, 3 * 16],
  },
  {
    name: "two lengths that differ",
    plan: () =>
      always(
        {
          kind: "raw",
          by: "end",
          bytes: (answer) =>
            join([rawHead(answer, [`Content-Length: ${answer.body.length}`, "Content-Length: 10"]), answer.body]),
        },
        "commit",
      ),
    end: "STORAGE_FAILED",
    more: [ENDED, 6],
  },
  {
    name: "a length beside chunks",
    plan: () =>
      first("commit", {
        kind: "raw",
        by: "end",
        bytes: (answer) =>
          join([
            rawHead(answer, ["Content-Length: 7", "Transfer-Encoding: chunked"]),
            "7\r\n",
            answer.body.subarray(0, 7),
            "\r\n0\r\n\r\n",
          ]),
      }),
    end: "rows",
    more: 1,
  },
  {
    name: "an early hint before the answer",
    plan: () =>
      always(
        {
          kind: "raw",
          by: "end",
          bytes: (answer) => join(["HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", rawHead(answer), answer.body]),
        },
        "commit",
      ),
    end: "rows",
    more: [0, 2],
  },
  {
    name: "a body that is compressed though nobody asked for it",
    plan: () =>
      always(
        change((answer) => withHeaders({ ...answer, body: gzipSync(answer.body) }, { "content-encoding": "gzip" })),
        "commit",
      ),
    end: ["STORAGE_FAILED", "FILE_CHANGED"],
    more: [ENDED, 20],
  },
  {
    name: "a page of a captive portal instead of everything",
    plan: () => always(say(200, "<html><body>Please log in</body></html>", { "content-type": "text/html" })),
    end: ["STORAGE_FAILED", "LOG_CORRUPT", "FILE_CHANGED"],
    more: [ENDED, 8],
  },
];
