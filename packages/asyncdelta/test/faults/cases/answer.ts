import { refusal } from "../../../../engine-node/test/faults/answer.js";
import { change, type Fault, say, withHeaders } from "../../../../engine-node/test/faults/fault.js";
import type { FaultPlan } from "../../../../engine-node/test/faults/fault-server.js";
import { always, eachOnce, first } from "../plans.js";
import { SECRETS } from "../secrets.js";
import { ENDED, type FaultCase } from "./fault-case.js";

const refuse = (status: number, code: string, headers: Record<string, string> = {}): Fault => ({
  kind: "say",
  answer: () => refusal(status, code, "Because the test says so.", headers),
});
const SLOW_DOWN = refuse(503, "SlowDown");

/** Statuses: what passes, what does not, and what redirects. */
export const answerCases: readonly FaultCase[] = [
  { name: "500 once", plan: () => first("checkpoint", refuse(500, "InternalError")), end: "rows", more: 1 },
  {
    name: "500 for every first attempt",
    plan: () => eachOnce(refuse(500, "InternalError")),
    end: "rows",
    more: "each",
  },
  {
    name: "500 for good",
    plan: () => always(refuse(500, "InternalError"), "data"),
    end: "STORAGE_FAILED",
    more: [ENDED, 3 * 16],
    says: /500 \(InternalError: Because the test says so\./,
  },
  { name: "502 without a body", plan: () => first("commit", say(502)), end: "rows", more: 1 },
  { name: "a 504 of a proxy in HTML", plan: () => first("list", say(504, "<html>504</html>")), end: "rows", more: 1 },
  { name: "408", plan: () => first("commit", say(408)), end: "rows", more: 1 },
  {
    name: "a storm of 503 SlowDown",
    plan: () => first("data", SLOW_DOWN, 30),
    end: "rows",
    more: 30,
    store: { retries: 8 },
  },
  { name: "503 for good", plan: () => always(SLOW_DOWN), end: "STORAGE_FAILED", more: [ENDED, 8], says: /503/ },
  {
    name: "429 with Retry-After",
    plan: () => first("commit", say(429, "", { "retry-after": "7" })),
    end: "rows",
    more: 1,
    check: ({ waits }) => {
      if (!waits.some((ms) => ms >= 7000))
        throw new Error(`Waited ${waits.join(", ")} ms, not the seconds it was told`);
    },
  },
  {
    name: "403 for good",
    plan: () => always(refuse(403, "AccessDenied"), "data"),
    end: "ACCESS_DENIED",
    more: [ENDED, 0],
    says: /AccessDenied/,
  },
  { name: "401 for everything", plan: () => always(say(401)), end: "ACCESS_DENIED", more: [ENDED, 2] },
  {
    name: "a token that expires in the middle of the scan",
    plan: () => expiresAfter(12, 403),
    store: { rotates: true },
    end: "rows",
    more: [1, 16],
    check: ({ renewals }) => {
      if (renewals !== 2) throw new Error(`Credentials were asked for ${renewals} times, not once more`);
    },
  },
  {
    name: "a token that expires, said with 400",
    plan: () => expiresAfter(3, 400),
    store: { rotates: true },
    end: "rows",
    more: [1, 16],
  },
  {
    name: "a token that has expired and comes no newer",
    plan: () => expiresAfter(0, 403),
    end: "ACCESS_DENIED",
    more: [ENDED, 4],
    says: /expired/,
  },
  {
    name: "a clock that is an hour behind the server's",
    plan: () => clockAhead(3_600_000),
    end: "rows",
    more: [1, 4],
  },
  {
    name: "304 that nobody asked for",
    plan: () => always(say(304), "commit"),
    end: "STORAGE_FAILED",
    more: [ENDED, 4],
  },
  { name: "204", plan: () => always(say(204), "commit"), end: ["STORAGE_FAILED", "FILE_CHANGED"], more: [ENDED, 20] },
  {
    name: "a redirection to another region",
    plan: () => always(refuse(301, "PermanentRedirect", { "x-amz-bucket-region": "eu-central-1" })),
    end: "STORAGE_FAILED",
    more: [ENDED, 0],
    says: /eu-central-1/,
  },
  {
    name: "a redirection to another host",
    plan: () => always(say(307, "", { location: "http://198.51.100.1/steal" }), "data"),
    end: "STORAGE_FAILED",
    more: [ENDED, 0],
  },
  {
    name: "200 with the whole object instead of a range",
    table: "big",
    plan: (lake) =>
      always(
        change((answer, { target }) =>
          withHeaders(
            { ...answer, status: 200, body: lake.objects.get(decodeURIComponent(target.slice(1).split("?")[0]!))! },
            { "content-range": undefined },
          ),
        ),
        "data",
      ),
    end: "rows",
    more: 0,
  },
  {
    name: "a Content-Range of other bytes",
    plan: () => always(change(shifted), "data"),
    end: "STORAGE_FAILED",
    more: [ENDED, 16],
    says: /cannot be trusted/,
  },
  {
    name: "206 without a Content-Range",
    plan: () =>
      always(
        change((answer) => withHeaders(answer, { "content-range": undefined })),
        "commit",
      ),
    end: "STORAGE_FAILED",
    more: [ENDED, 4],
  },
  {
    name: "a Content-Range that makes no sense",
    plan: () =>
      always(
        change((answer) => withHeaders(answer, { "content-range": "bytes 9-3/zero" })),
        "commit",
      ),
    end: "STORAGE_FAILED",
    more: [ENDED, 4],
  },
  {
    name: "an error with status 200 instead of an object",
    plan: () =>
      always(
        { kind: "say", answer: () => ({ ...refusal(500, "InternalError", "An error with status 200"), status: 200 }) },
        "commit",
      ),
    end: ["STORAGE_FAILED", "FILE_CHANGED", "LOG_CORRUPT"],
    more: [ENDED, 20],
  },
];

/** The first token is refused from the `count`th request on; any other will do. */
function expiresAfter(count: number, status: number): FaultPlan {
  return ({ index, headers }) =>
    index >= count && headers["x-amz-security-token"] === `${SECRETS.token}0`
      ? refuse(status, "ExpiredToken")
      : undefined;
}

/** A server whose clock is ahead, and which takes nothing signed more than 15 minutes from it. */
function clockAhead(ms: number): FaultPlan {
  return ({ headers }) => {
    const [, year, month, day, hour, minute, second] =
      /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(headers["x-amz-date"] ?? "") ?? [];
    const signed = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
    const now = Date.now() + ms;
    if (Math.abs(now - signed) < 900_000) return undefined;
    return refuse(403, "RequestTimeTooSkewed", { date: new Date(now).toUTCString() });
  };
}

function shifted(answer: { status: number; headers: Readonly<Record<string, string>>; body: Uint8Array }) {
  const [, first, last, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(answer.headers["content-range"] ?? "") ?? [];
  if (first === undefined) return answer;
  return withHeaders(answer, {
    "content-range": `bytes ${Number(first) + 1}-${Number(last) + 1}/${Number(total) + 1}`,
  });
}
