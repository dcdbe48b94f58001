import { gzipSync } from "node:zlib";
import { refusal } from "../../../engine-node/test/faults/answer.js";
import {
  change,
  type Fault,
  join,
  rawHead,
  say,
  shortened,
  shortenedChunked,
  shortenedToEnd,
  withHeaders,
} from "../../../engine-node/test/faults/fault.js";
import type { FaultPlan } from "../../../engine-node/test/faults/fault-server.js";
import type { WireRequest } from "../../../engine-node/test/faults/wire-log.js";
import { type Pick, randomFrom } from "../bad-bytes/random.js";
import { listed } from "./listing.js";

/** Faults by chance: the same for the same seed, whatever the order in which requests come. */
export interface Mixture {
  readonly plan: FaultPlan;
  /** Names in a page of a listing. */
  readonly pageSize: number;
  /** Whether a listing has left out objects that are there: then an older version is a right one. */
  readonly hasLagged: () => boolean;
  /** How often each fault was played. */
  readonly played: ReadonlyMap<string, number>;
}

type Maker = (pick: Pick, request: WireRequest) => Fault;

const refuse = (status: number, code: string, headers: Record<string, string> = {}): Fault => ({
  kind: "say",
  answer: () => refusal(status, code, "By chance.", headers),
});
const raw = (text: string): Fault => ({ kind: "raw", by: "end", bytes: () => text });

/** Faults of any request, as often as they stand here. */
const ANY: Readonly<Record<string, Maker>> = {
  reset: () => ({ kind: "reset" }),
  "cut, by end": (pick) => ({ kind: "cut", by: "end", after: pick(3000) }),
  "cut, by reset": (pick) => ({ kind: "cut", by: "reset", after: pick(3000) }),
  "late first byte": (pick) => ({ kind: "stall", after: "nothing", ms: pick(8) }),
  "late tenth byte": (pick) => ({ kind: "stall", after: 10, ms: pick(8) }),
  drip: (pick) => ({ kind: "drip", bytes: 400 + pick(2000), ms: 1 }),
  "hang up": (pick) => ({ kind: "hang up", announced: pick(2) === 0 }),
  "500": () => refuse(500, "InternalError"),
  "502": () => say(502, "<html>bad gateway</html>", { "content-type": "text/html" }),
  "503": () => refuse(503, "SlowDown"),
  "429": (pick) => say(429, "", { "retry-after": String(pick(5)) }),
  "408": () => say(408, "", { connection: "close" }),
  "expired token": (pick, { headers }) =>
    // The first one only: a token is not expired again as soon as it is renewed.
    headers["x-amz-security-token"]?.endsWith("-0") ? refuse(pick(2) ? 403 : 400, "ExpiredToken") : { kind: "reset" },
  "no HTTP": () => raw("220 mail ESMTP\r\n"),
  "half a head": () => raw("HTTP/1.1 200 OK\r\nContent-Le"),
  "two lengths": () => ({
    kind: "raw",
    by: "end",
    bytes: (answer) =>
      join([rawHead(answer, [`Content-Length: ${answer.body.length}`, "Content-Length: 3"]), answer.body]),
  }),
  "early hint": () => ({
    kind: "raw",
    by: "end",
    bytes: (answer) => join(["HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", rawHead(answer), answer.body]),
  }),
};

/** Faults that end in an error, as a rule: seldom, or no mixture would ever give rows. */
const FATAL: Readonly<Record<string, Maker>> = {
  "stall before the head": () => ({ kind: "stall", after: "nothing" }),
  "stall in the body": (pick) => ({ kind: "stall", after: pick(500) }),
  "403": () => refuse(403, "AccessDenied"),
  "404": () => refuse(404, "NoSuchKey"),
  "304": () => say(304),
  "204": () => say(204),
  "307": () => say(307, "", { location: "http://198.51.100.1/elsewhere" }),
  "empty 200": () => say(200),
  "HTML 200": () => say(200, "<html><body>Log in</body></html>", { "content-type": "text/html" }),
  flood: () => ({
    kind: "raw",
    by: "end",
    bytes: (answer) =>
      join([
        rawHead(
          answer,
          Array.from({ length: 2000 }, (_, i) => `x-${i}: ${"y".repeat(60)}`),
        ),
        answer.body,
      ]),
  }),
  compressed: () =>
    change((answer) => {
      const packed = gzipSync(answer.body);
      // By chance as long as what was asked for, it would be taken for that: bytes are given out as they come.
      const body = packed.length === answer.body.length ? gzipSync(answer.body, { level: 0 }) : packed;
      return withHeaders({ ...answer, body }, { "content-encoding": "gzip" });
    }),
  "short, framed": (pick) => shortened(1 + pick(200), pick(2) === 0 ? "as it was" : "none"),
  "short range": (pick) => shortened(1 + pick(200), "shortened"),
  "short, chunked": (pick) => shortenedChunked(1 + pick(200)),
  "short, to the end": (pick) => shortenedToEnd(1 + pick(200)),
  "too long": () => change((answer) => ({ ...answer, body: Buffer.concat([answer.body, Buffer.from("\n{}")]) })),
  "no Content-Range": () => change((answer) => withHeaders(answer, { "content-range": undefined })),
  "other Content-Range": (pick) =>
    change((answer) => withHeaders(answer, { "content-range": `bytes ${pick(9)}-${9 + pick(999)}/${1009 + pick(9)}` })),
  "other etag": () => change((answer) => withHeaders(answer, { etag: '"another"' })),
  "no etag": () => change((answer) => withHeaders(answer, { etag: undefined, "last-modified": undefined })),
};

/** Faults of listings. The first of them leave objects out. */
const LISTING: Readonly<Record<string, Maker>> = {
  "lag: newest missing": (pick) => listed((contents) => contents.slice(0, Math.max(0, contents.length - 1 - pick(3)))),
  "lag: some missing": (pick) => {
    const lost = pick(8);
    return listed((contents) => contents.filter((_, i) => (i * 7 + lost) % 8 !== 0));
  },
  "lag: nothing there": () => say(200, "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"),
  "out of order": () => listed((contents) => contents.reverse()),
  twice: () => listed((contents) => contents.flatMap((c) => [c, c])),
  "same token": () =>
    listed(
      (contents) => contents,
      (token) => token ?? "x",
    ),
  "cut XML": (pick) => change((answer) => ({ ...answer, body: answer.body.subarray(0, pick(answer.body.length)) })),
};

/** The mixture of a seed. `absences`: where a listing is made of questions for objects, "there is none" leaves one out. */
export function mixtureOf(seed: number, { absences = false } = {}): Mixture {
  const settings = randomFrom(seed);
  const percent = [2, 6, 15, 30, 50][settings(5)]!;
  const fatalPercent = [0, 5, 15, 35, 70][settings(5)]!;
  const pageSize = [2, 3, 5, 1000][settings(4)]!;
  const played = new Map<string, number>();
  let hasLagged = false;

  const play = (makers: Readonly<Record<string, Maker>>, pick: Pick, request: WireRequest): Fault => {
    const names = Object.keys(makers);
    const name = names[pick(names.length)]!;
    played.set(name, (played.get(name) ?? 0) + 1);
    if (name.startsWith("lag") || (absences && name === "404")) hasLagged = true;
    return makers[name]!(pick, request);
  };
  const plan: FaultPlan = (request) => {
    const pick = randomFrom(hashOf(`${seed} ${request.target} ${request.range} ${request.attempt}`));
    if (pick(100) >= percent) return undefined;
    if (pick(100) >= fatalPercent) return play(ANY, pick, request);
    return play(request.kind === "list" && pick(2) === 0 ? LISTING : FATAL, pick, request);
  };
  return { plan, pageSize, played, hasLagged: () => hasLagged };
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
