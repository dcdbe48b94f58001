/** Many scans at once over a store that throttles: all right, with bounded sockets and memory, and less and less refused. */
import { nodeEngine } from "asyncdelta";
import { expect, it, onTestFinished } from "vitest";
import { refusal } from "../../../engine-node/test/faults/answer.js";
import { type Fault, say } from "../../../engine-node/test/faults/fault.js";
import { contentsOf, Lake, readings, trips } from "./lake.js";
import { active, expectStill } from "./still.js";
import { storeOver } from "./store-over.js";

const SCANS = 64;
/** Requests that the store has under way at once; it refuses all others. */
const MOST = 16;
/** Sockets that the engine may have. */
const SOCKETS = 48;
const MEGABYTE = 2 ** 20;

const SLOW_DOWN: Fault = { kind: "say", answer: () => refusal(503, "SlowDown", "Please reduce your request rate.") };
const TOO_MANY = say(429, "", { "retry-after": "0" });

const known = [await trips(), await readings()];

it("64 scans at once over a store that refuses what is too much", { timeout: 300_000 }, async () => {
  const lake = await Lake.start(
    known.map(({ table }) => table),
    { latencyMs: 4 },
  );
  onTestFinished(() => lake.server.stop());
  const before = active();
  let refused = 0;
  lake.server.plan = (_, { running }) => {
    if (running <= MOST) return undefined;
    refused++;
    return refused % 3 === 0 ? TOO_MANY : SLOW_DOWN;
  };
  const { clock } = nodeEngine();
  const { storage, close } = storeOver(lake.server.origin, { clock, retries: 10, backoffMs: 20, requests: SOCKETS });
  const engine = nodeEngine({ storage, parquet: "javascript", requests: 64 });
  const memory = process.memoryUsage().rss;
  let peak = memory;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 10);

  const all = await Promise.all(
    Array.from({ length: SCANS }, (_, i) => contentsOf(engine, lake.url(known[i % known.length]!.table.name))),
  );
  clearInterval(watch);
  const right = await Promise.all(all.map((_, i) => known[i % known.length]!.at()));
  expect(all).toEqual(right);

  const { requests } = lake.server.log;
  const answered = requests.length - refused;
  expect(refused).toBeGreaterThan(0);
  // Whoever is refused asks for less at once: of all requests, few are in vain.
  expect(refused / answered).toBeLessThan(0.5);
  expect(lake.server.mostSockets).toBeLessThanOrEqual(SOCKETS);
  expect((peak - memory) / MEGABYTE).toBeLessThan(256);
  await engine.close();
  await close();
  await expectStill(before, lake.server);
  console.info(
    `${SCANS} scans: ${answered} requests answered, ${refused} refused, ${lake.server.mostSockets} sockets, ` +
      `${Math.round((peak - memory) / MEGABYTE)} MB more`,
  );
});
