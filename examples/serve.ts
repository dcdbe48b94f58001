// Serves the rows of a table over HTTP: node examples/dist/serve.js [TABLE], and then curl -g 'localhost:8080/?format=csv&where=fare > 30'
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { type ByteFormat, DeltaTable } from "asyncdelta";

class BadRequest extends Error {}

const [location = fileURLToPath(new URL("../tables/trips", import.meta.url))] = process.argv.slice(2);
const table = await DeltaTable.open(location);

const server = createServer(async ({ url }, response) => {
  const query = new URL(url ?? "/", "http://localhost").searchParams;
  // A client that hangs up stops the requests, files and threads of its own scan.
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  try {
    await table.refresh({ signal: gone.signal });
    const where = query.get("where") ?? undefined;
    const bytes = asked(() =>
      table.scan({ where, signal: gone.signal }).encode((query.get("format") ?? "jsonl") as ByteFormat),
    );
    // No faster than the client takes it. What fails half-way breaks the response off, so that it does not look complete.
    await pipeline(bytes, response);
  } catch (error) {
    if (!response.headersSent) refuse(response, error);
  }
});
server.listen(Number(process.env.PORT ?? 8080), () => {
  const { port } = server.address() as AddressInfo;
  console.log(`version ${table.version} of ${location} on port ${port}`);
});

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, async () => {
    server.close();
    await table.close();
  });
}

/** What a call itself refuses, before anything is read, is wrong in the question. */
function asked<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw new BadRequest((error as Error).message, { cause: error });
  }
}

function refuse(response: ServerResponse, error: unknown): void {
  response.writeHead(error instanceof BadRequest ? 400 : 500, { "content-type": "text/plain; charset=utf-8" });
  response.end(`${(error as Error).message}\n`);
}
