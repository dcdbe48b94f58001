import { type Installed, installPython } from "./install.js";
import { startServer } from "./server.js";
import type { S3Server } from "./versitygw.js";

/** moto, which plays S3 in memory for tests of AWS's own clients. Checks no signatures. */
export function installMoto(): Promise<Installed> {
  return installPython("moto", ["moto[server,s3]==5.2.5"]);
}

export async function startMoto(python: string): Promise<S3Server> {
  const server = await startServer({
    name: "moto",
    command: python,
    args: (port) => ["-m", "moto.server", "--host", "127.0.0.1", "--port", String(port)],
    readyPath: "/moto-api/",
  });
  const bucket = "lake";
  const made = await fetch(`${server.url}/${bucket}`, {
    method: "PUT",
    headers: { authorization: "AWS4-HMAC-SHA256 Credential=moto/20240101/us-east-1/s3/aws4_request" },
  });
  if (!made.ok) throw new Error(`moto made no bucket: ${made.status} ${await made.text()}`);
  return {
    ...server,
    region: "us-east-1",
    accessKeyId: "moto",
    secretAccessKey: "moto-secret",
    bucket,
    dispose: server.stop,
  };
}
