import { DeltaTable, nodeEngine, type Storage } from "asyncdelta";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FaultServer } from "../../engine-node/test/faults/fault-server.js";
import { S3Objects } from "../../engine-node/test/faults/s3-objects.js";
import { StaticServer } from "../../engine-node/test/static-server.js";
import { BUNDLED, CLI, node, READINGS, TRIPS } from "./cli.js";

let s3: FaultServer;
let web: StaticServer;
let storage: Record<string, string>;

beforeAll(async () => {
  const objects = new S3Objects();
  await objects.load(TRIPS, "lake/trips/");
  await objects.load(READINGS, "lake/readings/");
  s3 = await FaultServer.start((asked) => objects.answer(asked));
  web = await StaticServer.start(TRIPS.replace(/trips\/?$/, ""));
  storage = { endpoint: s3.origin, accessKeyId: "AKIA", secretAccessKey: "secret", region: "eu-west-1" };
});
afterAll(async () => {
  await s3.stop();
  await web.stop();
});

async function rowsOf(table: DeltaTable): Promise<string[]> {
  const rows: string[] = [];
  const text = (_: string, value: unknown) => (typeof value === "bigint" ? `${value}n` : value);
  for await (const row of table.scan().rows()) rows.push(JSON.stringify(row, text));
  await table.close();
  return rows.sort();
}

describe("DeltaTable.open", () => {
  it("reads a table in a bucket with options of the store, as from disk", async () => {
    for (const [name, path] of [
      ["trips", TRIPS],
      ["readings", READINGS],
    ] as const) {
      const here = await DeltaTable.open(path);
      const there = await DeltaTable.open(`s3a://lake/${name}`, { storage });
      expect(there.url).toBe(`s3://lake/${name}/`);
      expect(there.version).toBe(here.version);
      expect(await rowsOf(there)).toEqual(await rowsOf(here));
    }
  });

  it("needs no more than one request at a time", async () => {
    const there = await DeltaTable.open("s3://lake/trips", { storage, engineOptions: { requests: 1 } });
    expect(await rowsOf(there)).toEqual(await rowsOf(await DeltaTable.open(TRIPS)));
  });

  it("takes the names of delta-rs for them", async () => {
    const { endpoint, region } = storage;
    const names = {
      AWS_ENDPOINT_URL: endpoint,
      aws_region: region,
      AWS_ACCESS_KEY_ID: "a",
      AWS_SECRET_ACCESS_KEY: "b",
    };
    const table = await DeltaTable.open("s3://lake/readings", { storage: names });
    expect(table.version).toBe(9);
    await table.close();
  });

  it("reads a table behind a web server, and carries the signature of its URL along", async () => {
    web.log.length = 0;
    const table = await DeltaTable.open(new URL(`${web.origin}/trips?sig=abc&se=1`));
    expect(table.url).toBe(`${web.origin}/trips/`);
    expect(await rowsOf(table)).toEqual(await rowsOf(await DeltaTable.open(TRIPS)));
    expect(web.log.filter((line) => !line.endsWith("?sig=abc&se=1"))).toEqual([]);
  });

  it("takes a storage, or options, or an engine, and never two of them", async () => {
    const engine = nodeEngine({ storageOptions: storage });
    const table = await DeltaTable.open("s3://lake/readings/", { storage: engine.storage as Storage });
    expect(table.version).toBe(9);
    await table.close();
    for (const options of [
      { storage, engine },
      { storage, engineOptions: { storage: engine.storage } },
      { storage, engineOptions: { storageOptions: {} } },
      { storage: "s3" as never },
    ]) {
      await expect(DeltaTable.open("s3://lake/readings/", options)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    }
    await engine.close();
  });

  it("refuses an option that the store does not have", async () => {
    const opening = DeltaTable.open("s3://lake/readings/", { storage: { ...storage, regoin: "eu" } });
    await expect(opening).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message: expect.stringMatching(/regoin/),
    });
  });

  it("lets many tables share an engine, and its sockets", async () => {
    const engine = nodeEngine({ storageOptions: storage });
    const tables = await Promise.all(
      ["s3://lake/readings", "s3://lake/trips", TRIPS].map((location) => DeltaTable.open(location, { engine })),
    ).catch((error) => error);
    // Options of S3 mean nothing to local files.
    expect(tables).toMatchObject({ code: "INVALID_ARGUMENT" });
    const [a, b] = await Promise.all(
      ["s3://lake/readings", "s3://lake/trips"].map((location) => DeltaTable.open(location, { engine })),
    );
    expect([a!.version, b!.version]).toEqual([9, 12]);
    await engine.close();
    await expect.poll(() => s3.openSockets).toBe(0);
  });
});

describe("the command", () => {
  const options = () => Object.entries(storage).flatMap(([name, value]) => ["--storage", `${name}=${value}`]);

  it.each([
    ["compiled", CLI],
    ["bundled", BUNDLED],
  ])("prints a table in a bucket (%s)", async (_name, command) => {
    const here = await node([command, "files", READINGS, "--json"]);
    const there = await node([command, "files", "s3://lake/readings", "--json", ...options()]);
    expect(there.stderr).toBe("");
    expect(there.stdout.toString().split("\n").sort()).toEqual(here.stdout.toString().split("\n").sort());
    const web_ = await node([command, "read", `${web.origin}/readings/`, "--format", "csv"]);
    const csv = await node([command, "read", READINGS, "--format", "csv"]);
    expect(web_).toEqual(csv);
  });

  it("takes options from the environment", async () => {
    const env = {
      AWS_ENDPOINT_URL: s3.origin,
      AWS_ACCESS_KEY_ID: "a",
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_REGION: "eu-west-1",
    };
    const { stdout, stderr, status } = await node([CLI, "info", "s3://lake/readings", "--json"], { env });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(JSON.parse(stdout.toString())).toMatchObject({ version: 9 });
  });

  it("says what is wrong in one line, without secrets", async () => {
    const { status, stderr } = await node([CLI, "info", "s3://lake/nothing", ...options()]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^asyncdelta: .*no Delta table at s3:\/\/lake\/nothing\/.*\n$/);
    const wrong = await node([CLI, "info", "https://user:secret@host/t"]);
    expect(wrong.status).toBe(1);
    expect(wrong.stderr).not.toContain("secret");
  });
});
