import { type Installed, installGo } from "./install.js";
import { type RunningServer, startServer } from "./server.js";

export function installFakeGcs(): Promise<Installed> {
  return installGo("github.com/fsouza/fake-gcs-server", "v1.56.1");
}

/** fake-gcs-server, in memory, with one bucket, `lake`. It knows no credentials. */
export async function startFakeGcs(path: string): Promise<RunningServer> {
  const server = await startServer({
    name: "fake-gcs-server",
    command: path,
    args: (port) => [
      ...["-scheme", "http", "-host", "127.0.0.1", "-port", String(port), "-backend", "memory"],
      // Without it, the host of a request is taken for a bucket's name.
      ...["-public-host", `127.0.0.1:${port}`, "-log-level", "error"],
    ],
    readyPath: "/_internal/healthcheck",
  });
  const made = await fetch(`${server.url}/storage/v1/b`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: "lake" }),
  });
  if (!made.ok) throw new Error(`fake-gcs-server made no bucket: ${made.status} ${await made.text()}`);
  return server;
}
