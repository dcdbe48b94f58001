import { randomUUID } from "node:crypto";
import { type DeltaError, isDeltaError, type Storage } from "@asyncdelta/kernel-core";
import { afterAll, afterEach, beforeAll, describe, expect, it, test, vi } from "vitest";
import { systemClock } from "../../dist/clock.js";
import type { HttpClient } from "../../dist/http/http-call.js";
import { httpClient } from "../../dist/http/http-client.js";
import { s3Storage } from "../../dist/s3/index.js";
import { installVersitygw, type S3Server, startVersitygw } from "../servers/versitygw.js";

const versitygw = await installVersitygw();
const bytes = new TextEncoder().encode("some bytes");

async function failureOf(promise: Promise<unknown>): Promise<DeltaError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown) => thrown,
  );
  if (isDeltaError(error)) return error;
  throw new Error(`Expected a DeltaError, got ${error}`);
}

if ("missing" in versitygw) {
  console.error(`Skipped access to versitygw: ${versitygw.missing}.`);
  test.skip(`access to versitygw: ${versitygw.missing}`);
} else {
  describe("access to versitygw, which checks signatures", () => {
    let server: S3Server;
    let place: { readonly endpoint: string; readonly region: string };
    let keys: { readonly accessKeyId: string; readonly secretAccessKey: string };
    let url: string;
    beforeAll(async () => {
      server = await startVersitygw(versitygw.path);
      const { accessKeyId, secretAccessKey, bucket } = server;
      place = { endpoint: server.url, region: server.region };
      keys = { accessKeyId, secretAccessKey };
      url = `s3://${bucket}/${randomUUID()}/an%20object`;
      await s3Storage({ ...place, ...keys }).put(url, bytes, { mode: "create" });
    });
    afterAll(() => server?.dispose());
    afterEach(() => vi.unstubAllEnvs());

    const operations: readonly (readonly [verb: string, run: (storage: Storage) => Promise<unknown>])[] = [
      ["read", (storage) => storage.read(url)],
      ["head", (storage) => storage.head(url)],
      ["list", (storage) => storage.list(new URL(".", url).href)[Symbol.asyncIterator]().next()],
      ["create", (storage) => storage.put(`${url}.new`, bytes, { mode: "create" })],
      ["overwrite", (storage) => storage.put(`${url}.new`, bytes, { mode: "overwrite" })],
      ["delete", (storage) => storage.delete(url)],
    ];

    describe.each(operations)("to %s", (_, run) => {
      it("is denied to a wrong secret, which is not shown", async () => {
        const secretAccessKey = "wrong/secret";
        const error = await failureOf(run(s3Storage({ ...place, ...keys, secretAccessKey })));
        expect(error.code).toBe("ACCESS_DENIED");
        const shown = `${error.message} ${error.stack} ${JSON.stringify(error)} ${JSON.stringify(error.cause)}`;
        for (const hidden of [secretAccessKey, keys.accessKeyId, "Signature="]) expect(shown).not.toContain(hidden);
      });

      it("is denied to who signs nothing", async () => {
        expect((await failureOf(run(s3Storage({ ...place, anonymous: true })))).code).toBe("ACCESS_DENIED");
      });

      it("is denied to who has no credentials, with words about where to put them", async () => {
        for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"]) vi.stubEnv(name, undefined);
        vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere");
        vi.stubEnv("AWS_CONFIG_FILE", "/nowhere");
        vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
        const error = await failureOf(run(s3Storage(place)));
        expect(error.code).toBe("ACCESS_DENIED");
        expect(error.message).toContain("AWS_ACCESS_KEY_ID");
      });
    });

    // The answer to HEAD has no body that could say what is wrong.
    it.each(["read", "head"] as const)("is given to who has a clock that is an hour late, by %s", async (verb) => {
      const clock = systemClock();
      const late = { now: () => clock.now() - 3_600_000, sleep: clock.sleep };
      const client = httpClient({ clock: late });
      const sent: number[] = [];
      const counted: HttpClient = {
        ...client,
        send: (call) =>
          client.send({
            ...call,
            prepare: (attempt) => {
              sent.push(attempt.now);
              return call.prepare(attempt);
            },
          }),
      };
      const storage = s3Storage({ ...place, ...keys, client: counted });
      await storage[verb](url);
      await storage[verb](url);
      expect(sent).toHaveLength(3);
      expect(sent[1]! - sent[0]!).toBeGreaterThan(3_500_000);
      await client.close();
    });

    it("is read with what the environment says", async () => {
      vi.stubEnv("AWS_ENDPOINT_URL", place.endpoint);
      vi.stubEnv("AWS_REGION", place.region);
      vi.stubEnv("AWS_ACCESS_KEY_ID", keys.accessKeyId);
      vi.stubEnv("AWS_SECRET_ACCESS_KEY", keys.secretAccessKey);
      expect(await s3Storage().read(url)).toEqual(bytes);
    });

    it("gets new credentials once where a hundred requests find that theirs no longer hold", async () => {
      let calls = 0;
      const credentials = async () => {
        calls++;
        return calls === 1 ? { accessKeyId: "gone", secretAccessKey: "gone" } : keys;
      };
      const storage = s3Storage({ ...place, credentials });
      const read = await Promise.all(Array.from({ length: 100 }, () => storage.read(url)));
      expect(read.every((one) => one.length === bytes.length)).toBe(true);
      expect(calls).toBe(2);
    });

    it("names the bucket's absence by the store's own code", async () => {
      const storage = s3Storage({ ...place, ...keys });
      const error = await failureOf(storage.read("s3://no-such-bucket/a"));
      expect(error.code).toBe("FILE_NOT_FOUND");
      expect(error.message).toContain("NoSuchBucket");
    });

    it("fails where an object was replaced since it was looked at", async () => {
      const storage = s3Storage({ ...place, ...keys });
      const other = `${url}.replaced`;
      await storage.put(other, bytes, { mode: "create" });
      const meta = await storage.head(other);
      expect(meta!.etag).toMatch(/^".+"$/);
      const range = { offset: 0, length: 4 };
      expect(await storage.readRanges(other, [range], { ifMatch: meta!.etag })).toHaveLength(1);
      await storage.put(other, new TextEncoder().encode("other byte"), { mode: "overwrite" });
      const error = await failureOf(storage.readRanges(other, [range], { ifMatch: meta!.etag }));
      expect(error.code).toBe("FILE_CHANGED");
    });
  });
}
