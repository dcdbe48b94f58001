import type { Answer } from "../../../../engine-node/test/faults/answer.js";
import { change, type Fault, say } from "../../../../engine-node/test/faults/fault.js";
import type { FaultPlan } from "../../../../engine-node/test/faults/fault-server.js";
import type { Lake } from "../lake.js";
import { listed, nameOf } from "../listing.js";
import { always, first } from "../plans.js";
import { ENDED, type FaultCase } from "./fault-case.js";

const EMPTY = '<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>';

/** Listings that lag, repeat, or make no sense. `trips` has a checkpoint of version 10 and commits up to 12. */
export const listingCases: readonly FaultCase[] = [
  { name: "a listing that lags by a commit", plan: () => lagging(/^0*12\.json$/), end: 11, more: [-16, 1] },
  { name: "a listing that lags by two commits", plan: () => lagging(/^0*1[12]\.json$/), end: 10, more: [-40, 0] },
  {
    name: "a listing that lags behind the checkpoint, not the commits",
    plan: () => lagging(/checkpoint\.parquet$/),
    end: "rows",
    more: [0, 20],
  },
  {
    name: "a listing that lags behind the hint",
    plan: () => lagging(/^0*1[012]\./),
    end: 9,
    more: [-16, 20],
  },
  {
    name: "a listing that misses a commit in the middle",
    plan: () => lagging(/^0*11\.json$/),
    end: "LOG_GAP",
    more: [ENDED, 5],
  },
  {
    name: "an empty listing of a table that is there",
    plan: () => always(say(200, EMPTY), "list"),
    end: "TABLE_NOT_FOUND",
    more: [ENDED, 3],
  },
  {
    name: "an empty body instead of a listing",
    plan: () => always(say(200), "list"),
    end: "STORAGE_FAILED",
    more: [ENDED, 8],
  },
  {
    name: "a listing cut in the middle of its XML",
    plan: () =>
      always(
        change((answer) => ({ ...answer, body: answer.body.subarray(0, 700) })),
        "list",
      ),
    end: "STORAGE_FAILED",
    more: [ENDED, 8],
  },
  {
    name: "HTML instead of a listing",
    plan: () => always(say(200, "<html><body><p>Hello</body></html>", { "content-type": "text/html" }), "list"),
    end: "STORAGE_FAILED",
    more: [ENDED, 8],
  },
  {
    name: "a listing that is said to go on, without a token",
    plan: () =>
      always(
        change((answer) => ({
          ...answer,
          body: Buffer.from(Buffer.from(answer.body).toString().replace(">false<", ">true<")),
        })),
        "list",
      ),
    end: "STORAGE_FAILED",
    more: [ENDED, 8],
  },
  {
    name: "keys out of order",
    plan: () =>
      always(
        listed((contents) => contents.reverse()),
        "list",
      ),
    end: ["STORAGE_FAILED"],
    more: [ENDED, 4],
  },
  {
    name: "keys twice",
    plan: () =>
      always(
        listed((contents) => contents.flatMap((c) => [c, c])),
        "list",
      ),
    end: "STORAGE_FAILED",
    more: [ENDED, 4],
  },
  {
    name: "keys of another folder among them",
    plan: () =>
      always(
        listed((contents) => [...contents, contents[0]!.replace("trips", "other")]),
        "list",
      ),
    end: ["STORAGE_FAILED"],
    more: [ENDED, 4],
  },
  {
    name: "sizes that are no numbers",
    plan: () =>
      always(
        listed((contents) => contents.map((c) => c.replace(/<Size>\d+/, "<Size>many"))),
        "list",
      ),
    end: "STORAGE_FAILED",
    more: [ENDED, 8],
  },
  {
    name: "a first page that comes again, and then the rest",
    store: { pageSize: 2 },
    plan: repeatedPage,
    end: "STORAGE_FAILED",
    more: [ENDED, 4],
  },
  {
    name: "a continuation token that does not advance",
    store: { pageSize: 2 },
    plan: () =>
      always(
        listed(
          (contents) => contents,
          () => "same",
        ),
        "list",
      ),
    end: "STORAGE_FAILED",
    more: [ENDED, 8],
  },
  {
    name: "two tokens that lead to each other",
    store: { pageSize: 2 },
    plan: () => {
      let count = 0;
      return always(
        listed(
          (contents) => contents,
          () => `t${count++ % 2}`,
        ),
        "list",
      );
    },
    end: "STORAGE_FAILED",
    more: [ENDED, 8],
  },
  {
    name: "a listing without etags",
    plan: () =>
      always(
        listed((contents) => contents.map((c) => c.replace(/<ETag>.*?<\/ETag>/, ""))),
        "list",
      ),
    end: "rows",
    more: 0,
  },
  {
    name: "a listing that fails on its second page, once",
    store: { pageSize: 2 },
    plan: () => secondPage(),
    end: "rows",
    more: 1,
  },
  {
    name: "404 for the bucket",
    plan: () => always(withCode(404, "NoSuchBucket")),
    end: ["FILE_NOT_FOUND", "TABLE_NOT_FOUND", "STORAGE_FAILED"],
    more: [ENDED, 4],
    says: /bucket/i,
  },
  {
    name: "a hint that is HTML",
    plan: () => first("hint", say(200, "<html>")),
    end: "rows",
    more: [0, 2],
  },
];

/** A listing from which the newest objects are missing. */
function lagging(missing: RegExp): FaultPlan {
  return always(
    listed((contents) => contents.filter((c) => !missing.test(nameOf(c)))),
    "list",
  );
}

function withCode(status: number, code: string) {
  return say(status, `<Error><Code>${code}</Code><Message>no bucket</Message></Error>`, {
    "content-type": "application/xml",
  });
}

/** The first page comes twice: the token that it gives leads to the same again, and a token of its own leads on. */
function repeatedPage(lake: Lake): FaultPlan {
  let firstPage: Answer | undefined;
  const token = (to: string) =>
    listed(
      (contents) => contents,
      () => to,
    ) as Extract<Fault, { kind: "say" }>;
  return ({ kind, target }) => {
    if (kind !== "list") return undefined;
    const given = new URLSearchParams(target.split("?")[1]).get("continuation-token");
    return change((answer, asked) => {
      firstPage ??= answer;
      const next = /<NextContinuationToken>(.*?)</.exec(Buffer.from(firstPage.body).toString())![1]!;
      if (given === null) return token("again").answer(firstPage, asked);
      if (given === "again") return token("on").answer(firstPage, asked);
      if (given !== "on") return answer;
      return lake.objects.answer({
        ...asked,
        target: asked.target.replace("continuation-token=on", `continuation-token=${next}`),
      }) as Answer;
    });
  };
}

function secondPage(): FaultPlan {
  return (request, log) => (request.kind === "list" && log.of("list").length === 2 ? say(500) : undefined);
}
