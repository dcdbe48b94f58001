/**
 * Writers that create the same object at once, over a store that loses answers, answers late, and fails before and after it
 * has done what it was asked. No two of them may believe that they created it, and none may be told wrongly that another did.
 */
import { isDeltaError } from "asyncdelta";
import { describe, expect, it, onTestFinished } from "vitest";
import { type Asked, refusal, type Upstream } from "../../../engine-node/test/faults/answer.js";
import type { Fault } from "../../../engine-node/test/faults/fault.js";
import { FaultServer } from "../../../engine-node/test/faults/fault-server.js";
import { S3Objects } from "../../../engine-node/test/faults/s3-objects.js";
import { randomFrom, scaled } from "../bad-bytes/random.js";
import { active, expectStill } from "./still.js";
import { storeOver } from "./store-over.js";

const URL = "s3://lake/t/_delta_log/00000000000000000007.json";
const PATH = "lake/t/_delta_log/00000000000000000007.json";
const WRITERS = 3;

/** Faults of the answer: what was asked has been done by then. */
const LOST: readonly Fault[] = [
  { kind: "reset" },
  { kind: "stall", after: "nothing" },
  { kind: "say", answer: () => refusal(500, "InternalError", "By chance.") },
  { kind: "say", answer: () => refusal(503, "SlowDown", "By chance.") },
  { kind: "say", answer: () => refusal(409, "ConditionalRequestConflict", "By chance.") },
  { kind: "raw", by: "end", bytes: () => "HTTP/1.1 200 OK\r\nContent-Le" },
  { kind: "hang up", announced: false },
];

interface Told {
  readonly counts: Map<string, number>;
  readonly wrong: string[];
}

/** Lets the writers of a seed race, and sees what they are told. */
async function race(seed: number, { counts, wrong }: Told): Promise<void> {
  const pick = randomFrom(seed);
  const percent = [10, 30, 60][pick(3)]!;
  const objects = new S3Objects();
  const upstream: Upstream = async (asked: Asked) => {
    if (asked.method === "PUT" && pick(100) < percent) {
      // Not done, or done only after the client has given up waiting.
      if (pick(2) === 0) return refusal(pick(2) === 0 ? 500 : 503, "InternalError", "By chance, before.");
      await new Promise((resolve) => setTimeout(resolve, pick(120)));
    }
    return objects.answer(asked);
  };
  const server = await FaultServer.start(upstream);
  server.plan = () => (pick(100) < percent ? LOST[pick(LOST.length)] : undefined);
  const bytes = Array.from({ length: WRITERS }, (_, i) => Buffer.from(`{"commitInfo":{"by":${i}}}\n`));
  const stores = bytes.map(() => storeOver(server.origin, { firstByteMs: 60, idleMs: 60, retries: 3 }));
  const told = await Promise.all(
    stores.map(async ({ storage }, i) => {
      try {
        return await storage.put(URL, bytes[i]!, { mode: "create" });
      } catch (error) {
        if (isDeltaError(error)) return error.code;
        wrong.push(`seed ${seed}: threw ${(error as Error).stack}`);
        return "untyped";
      }
    }),
  );
  await Promise.all(stores.map(({ close }) => close()));
  // Requests that were given up may still be carried out.
  await new Promise((resolve) => setTimeout(resolve, 130));
  const there = objects.get(PATH);
  for (const [i, what] of told.entries()) {
    counts.set(what, (counts.get(what) ?? 0) + 1);
    const isOwn = there !== undefined && Buffer.compare(there, bytes[i]!) === 0;
    if (what === "created" && !isOwn) wrong.push(`seed ${seed}: writer ${i} was told "created" of another's object`);
    if (what === "exists" && (isOwn || there === undefined)) wrong.push(`seed ${seed}: writer ${i} was told "exists"`);
  }
  await server.stop();
}

describe("creating over a store that loses answers", () => {
  it("tells one writer at most that it did, and that rightly", { timeout: 120_000 }, async () => {
    const told: Told = { counts: new Map(), wrong: [] };
    let next = 0;
    const one = async () => {
      for (let seed = next++; seed < scaled(150); seed = next++) await race(seed, told);
    };
    await Promise.all(Array.from({ length: 6 }, one));
    expect(told.wrong).toEqual([]);
    for (const what of ["created", "exists"]) expect(told.counts.get(what), what).toBeGreaterThan(0);
    console.info([...told.counts].map((entry) => entry.join(" ")).join(", "));
  });

  it("refuses a store that ignores the condition, and leaves what is there", async () => {
    const objects = new S3Objects();
    const server = await FaultServer.start(({ headers, ...asked }) =>
      objects.answer({ ...asked, headers: { ...headers, "if-none-match": undefined } }),
    );
    onTestFinished(() => server.stop());
    const before = active();
    objects.put(PATH, Buffer.from("theirs"));
    const { storage, close } = storeOver(server.origin);
    await expect(storage.put(URL, Buffer.from("ours"), { mode: "create" })).rejects.toMatchObject({
      code: "STORAGE_FAILED",
    });
    expect(Buffer.from(objects.get(PATH)!).toString()).toBe("theirs");
    expect(objects.paths()).toEqual([PATH]);
    await close();
    await expectStill(before, server);
  });

  it("ends in ABORTED while the answer is awaited, and closes the socket", async () => {
    const objects = new S3Objects();
    const server = await FaultServer.start(objects.answer);
    onTestFinished(() => server.stop());
    const before = active();
    const { storage, close } = storeOver(server.origin);
    server.plan = ({ key }) => (key === PATH ? { kind: "stall", after: "nothing" } : undefined);
    const controller = new AbortController();
    const put = storage.put(URL, Buffer.from("ours"), { mode: "create", signal: controller.signal });
    const failed = expect(put).rejects.toMatchObject({ code: "ABORTED" });
    await expect.poll(() => server.log.requests.some(({ key }) => key === PATH)).toBe(true);
    controller.abort(new Error("enough"));
    await failed;
    await expect.poll(() => server.log.running).toBe(0);
    expect(server.log.requests.find(({ key }) => key === PATH)!.outcome).toBe("aborted");
    await close();
    await expectStill(before, server);
  });
});
