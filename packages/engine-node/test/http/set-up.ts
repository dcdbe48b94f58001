import type { ServerOptions } from "node:https";
import type { HttpClient } from "../../src/http/http-call.js";
import { httpClient } from "../../src/http/http-client.js";
import type { HttpClientOptions } from "../../src/http/http-options.js";
import { cleanups } from "./cleanups.js";
import { type Answering, serve, type TestServer } from "./test-server.js";

/** A server and a client, both closed behind the test. */
export async function setUp(
  answer: Answering,
  options?: HttpClientOptions,
  tls?: ServerOptions,
): Promise<{ server: TestServer; client: HttpClient }> {
  const server = await serve(answer, tls);
  const client = httpClient(options);
  cleanups.push(server.close, client.close);
  return { server, client };
}
