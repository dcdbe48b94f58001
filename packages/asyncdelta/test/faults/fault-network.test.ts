/** Faults of networks, rather than of one answer: names, certificates, ports, servers that go away and come back. */
import { readFileSync } from "node:fs";
import { isDeltaError, nodeEngine } from "asyncdelta";
import { expect, it, onTestFinished } from "vitest";
import { freePort } from "../../../engine-node/test/servers/server.js";
import { Lake, trips } from "./lake.js";
import { readThrough } from "./read-through.js";
import { active, expectStill } from "./still.js";

const pem = (name: string) =>
  readFileSync(new URL(`../../../engine-node/test/fixtures/tls/localhost-${name}.pem`, import.meta.url), "utf8");
const tls = { key: pem("key"), cert: pem("cert") };
const known = await trips();

async function lakeOf(options = {}): Promise<Lake> {
  const lake = await Lake.start([known.table], options);
  onTestFinished(() => lake.server.stop());
  return lake;
}

it.each([
  ["a name that cannot be resolved", async () => "http://no-such-host.invalid:9000", /resolved/],
  ["a port on which nobody listens", async () => `http://127.0.0.1:${await freePort()}`, /connection/],
  ["TLS where the server has none", async (lake: Lake) => lake.server.origin.replace("http:", "https:"), /secure/],
] as const)("%s ends in STORAGE_FAILED", async (_, originOf, words) => {
  const lake = await lakeOf();
  const before = active();
  const origin = await originOf(lake);
  const { error, left } = await readThrough(lake, "trips", { origin });
  if (!isDeltaError(error)) throw error;
  expect([error.code, error.message]).toEqual(["STORAGE_FAILED", expect.stringMatching(words)]);
  expect([left, lake.server.log.requests.length]).toEqual([0, 0]);
  await expectStill(before, lake.server);
});

it("a certificate that nobody vouches for ends in STORAGE_FAILED, before anything is asked", async () => {
  const lake = await lakeOf({ tls });
  const before = active();
  const { error } = await readThrough(lake, "trips");
  if (!isDeltaError(error)) throw error;
  expect([error.code, error.message]).toEqual(["STORAGE_FAILED", expect.stringMatching(/certificate/)]);
  expect(lake.server.log.requests).toEqual([]);
  // Trying again would not help: a connection for the hint, and one for the listing.
  expect(lake.server.connections).toBeLessThanOrEqual(2);
  await expectStill(before, lake.server);
});

it("a certificate that is trusted by option gives the rows", async () => {
  const lake = await lakeOf({ tls });
  const before = active();
  expect((await readThrough(lake, "trips", { ca: tls.cert })).contents).toEqual(await known.at());
  await expectStill(before, lake.server);
});

it("a server that restarts in the middle of a scan gives the rows", async () => {
  const lake = await lakeOf();
  const before = active();
  let isDown: Promise<void> | undefined;
  lake.server.plan = (request, log) => {
    if (request.kind !== "data" || log.of("data").length < 5) return undefined;
    isDown ??= restart(lake, 60);
    return undefined;
  };
  const { clock } = nodeEngine();
  const outcome = await readThrough(lake, "trips", { clock, backoffMs: 40, retries: 8 });
  expect(outcome.error).toBeUndefined();
  expect(outcome.contents).toEqual(await known.at());
  expect(isDown).toBeDefined();
  await isDown;
  await expectStill(before, lake.server);
});

async function restart({ server }: Lake, ms: number): Promise<void> {
  await server.stop();
  await new Promise((resolve) => setTimeout(resolve, ms));
  await server.resume();
}
