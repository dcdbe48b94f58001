import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { cleanups } from "./http/cleanups.js";
import { serve, type TestServer } from "./http/test-server.js";

async function slowToClose(): Promise<TestServer> {
  const server = await serve((_request, response) => response.end("hello"));
  cleanups.push(server.close);
  return server;
}

/** Runs a script with a client in a process of its own, and gives what it reports and how long it took to end after that. */
async function run(script: string): Promise<{ report: unknown; lingeredMs: number }> {
  const client = new URL("http/http-client.js", import.meta.resolve("@asyncdelta/engine-node"));
  const prelude = `
    import { httpClient } from ${JSON.stringify(client.href)};
    const call = (url) => ({
      prepare: () => ({ method: "GET", url, headers: {} }),
      classify: () => ({ kind: "transient" }),
      repeatable: true,
    });
    const report = (value) => console.log(JSON.stringify({ value, at: Date.now() }));
  `;
  const argv = ["--unhandled-rejections=strict", "--input-type=module", "--eval", prelude + script];
  const { stdout } = await promisify(execFile)(process.execPath, argv, { timeout: 100_000 });
  const { value, at } = JSON.parse(stdout) as { value: unknown; at: number };
  return { report: value, lingeredMs: Date.now() - at };
}

test("an idle client keeps no process alive, though its sockets are open", async () => {
  const server = await slowToClose();
  const { report, lingeredMs } = await run(`
    const client = httpClient();
    const lengths = await Promise.all([1, 2, 3].map(async () => (await (await client.send(call("${server.origin}"))).bytes()).length));
    report(lengths);
  `);
  expect(report).toEqual([5, 5, 5]);
  // Kept sockets live for 3 s and more.
  expect(lingeredMs).toBeLessThan(2900);
});

test("a call under way does keep it alive", async () => {
  const server = await serve((_request, response) => setTimeout(() => response.end("late"), 300));
  cleanups.push(server.close);
  const { report } = await run(`
    const client = httpClient();
    client.send(call("${server.origin}")).then((response) => response.bytes()).then((bytes) => report(bytes.length));
  `);
  expect(report).toBe(4);
});

test("nothing is loaded or opened before the first call", async () => {
  const { report } = await run(
    `
    import { Session } from "node:inspector";
    const loaded = [];
    const session = new Session();
    session.connect();
    session.on("Debugger.scriptParsed", ({ params }) => loaded.push(params.url));
    session.post("Debugger.enable");
    const client = httpClient();
    client.now();
    client.measured("https://host");
    const undici = () => loaded.filter((url) => url.includes("node_modules/undici/"));
    const before = undici();
    await client.send(call("http://127.0.0.1:1")).catch(() => {});
    report({ before, isLoaded: undici().length > 0, unneeded: undici().filter((url) => url.includes("/lib/web/")) });
  `.replace("httpClient()", "httpClient({ retries: 0 })"),
  );
  expect(report).toEqual({ before: [], isLoaded: true, unneeded: [] });
});

test("failures of calls that nobody waits for any more are not unhandled", async () => {
  const server = await serve((_request, response, index) => {
    if (index === 0) response.end("x");
    else response.destroy();
  });
  cleanups.push(server.close);
  const { report } = await run(`
    const client = httpClient({ hedge: { afterMs: 1 }, retries: 1, backoffMs: 1 });
    const controller = new AbortController();
    await client.send(call("${server.origin}"));
    const results = Promise.allSettled(Array.from({ length: 20 }, () => client.send({ ...call("${server.origin}"), signal: controller.signal })));
    setTimeout(() => controller.abort(), 5);
    const statuses = new Set((await results).map((result) => result.status));
    await client.close();
    report([...statuses]);
  `);
  expect(report).toEqual(["rejected"]);
});
