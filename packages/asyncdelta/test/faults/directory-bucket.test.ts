/**
 * Directory buckets (S3 Express One Zone) as AWS describes them: names come in no order, over all pages; `start-after` is
 * refused, and so is a prefix that does not end in a slash. Whole tables read from one are right at every version.
 */
import { createHash } from "node:crypto";
import { isDeltaError, nodeEngine } from "asyncdelta";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { s3Storage } from "../../../engine-node/src/s3/s3-storage.js";
import { type Answer, type Asked, refusal, xmlAnswer } from "../../../engine-node/test/faults/answer.js";
import { FaultServer } from "../../../engine-node/test/faults/fault-server.js";
import { S3Objects } from "../../../engine-node/test/faults/s3-objects.js";
import { smallTables } from "../bad-bytes/small-tables.js";
import { contentsOf, KnownTable } from "./lake.js";

const BUCKET = "lake--use1-az4--x-s3";
const PAGE = 5;

/** Keys as a directory bucket has them: always in the same order, which means nothing. */
function scattered(keys: readonly string[]): string[] {
  const place = (key: string) => createHash("md5").update(key).digest("hex");
  return [...keys].sort((a, b) => (place(a) < place(b) ? -1 : 1));
}

class DirectoryBucket {
  readonly objects: S3Objects = new S3Objects();
  lists = 0;
  refusals = 0;

  readonly answer = (asked: Asked): Answer | Promise<Answer> => {
    const parameters = new URLSearchParams(asked.target.split("?", 2)[1] ?? "");
    if (!asked.headers.authorization?.includes("/s3express/aws4_request")) return this.#refuse("not for s3express");
    if (parameters.get("list-type") !== "2") return this.objects.answer(asked);
    this.lists++;
    if (parameters.has("start-after")) return this.#refuse("start-after is not supported");
    const prefix = parameters.get("prefix") ?? "";
    if (!prefix.endsWith("/") || parameters.get("delimiter") !== "/") return this.#refuse("prefix and delimiter");
    return this.#page(prefix, Number(parameters.get("continuation-token") ?? "0"));
  };

  #refuse(message: string): Answer {
    this.refusals++;
    return refusal(400, "InvalidRequest", message);
  }

  #page(prefix: string, from: number): Answer {
    const keys = this.objects.paths().map((path) => path.slice(BUCKET.length + 1));
    const there = keys.filter((key) => key.startsWith(prefix) && !key.slice(prefix.length).includes("/"));
    const page = scattered(there).slice(from, from + PAGE);
    const goesOn = from + PAGE < there.length;
    const contents = page.map((key) => {
      const { length } = this.objects.get(`${BUCKET}/${key}`)!;
      const time = new Date(1_700_000_000_000).toISOString();
      return `<Contents><Key>${key}</Key><LastModified>${time}</LastModified><Size>${length}</Size></Contents>`;
    });
    const next = goesOn ? `<NextContinuationToken>${from + PAGE}</NextContinuationToken>` : "";
    return xmlAnswer(
      200,
      `<ListBucketResult><Name>${BUCKET}</Name><Prefix>${prefix}</Prefix><IsTruncated>${goesOn}</IsTruncated>` +
        `${next}${contents.join("")}</ListBucketResult>`,
    );
  }
}

const tables = await smallTables();
const bucket = new DirectoryBucket();
let server: FaultServer;
beforeAll(async () => {
  for (const { name, url, storage } of tables) {
    for (const file of storage.urls()) {
      const path = decodeURIComponent(file.slice(url.length));
      bucket.objects.put(`${BUCKET}/${name}/${path}`, await storage.read(file));
    }
  }
  server = await FaultServer.start(bucket.answer);
});
afterAll(() => server.stop());

describe("a directory bucket", () => {
  it.each(tables.map((table) => [table.name, table] as const))(
    "has the table %s whole, at every version",
    async (name, table) => {
      const known = await KnownTable.of(table);
      const credentials = { accessKeyId: "key", secretAccessKey: "secret" };
      const storage = s3Storage({ endpoint: server.origin, region: "us-east-1", s3Express: true, ...credentials });
      const engine = nodeEngine({ storage, parquet: "javascript" });
      for (let version = known.latest; version >= 0; version--) {
        const expected = await known.at(version).catch((error: unknown) => error);
        const found = await contentsOf(engine, `s3://${BUCKET}/${name}/`, version).catch((error: unknown) => error);
        if (isDeltaError(expected)) expect(found, `${version}`).toMatchObject({ code: expected.code });
        else expect(found, `${version}`).toEqual(expected);
      }
      expect(bucket.refusals).toBe(0);
      await engine.close();
    },
  );

  it("was listed in many pages", () => {
    expect(bucket.lists).toBeGreaterThan(50);
  });

  it("is refused where nobody says that it is one", async () => {
    const storage = s3Storage({ endpoint: server.origin, anonymous: true });
    await expect(storage.head(`s3://${BUCKET}/trips/x`)).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message: expect.stringMatching(/directory bucket.*set s3Express/),
    });
  });
});
