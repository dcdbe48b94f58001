import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Installed, installGo } from "./install.js";
import { type RunningServer, startServer } from "./server.js";

export interface S3Server extends RunningServer {
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** One that is there. */
  readonly bucket: string;
  /** Stops it, and removes what it holds. */
  dispose(): Promise<void>;
}

export interface VersitygwOptions {
  /** `false`: no metadata is kept, so that objects have no etags and `If-None-Match` is ignored. Default: `true`. */
  readonly metadata?: boolean;
}

/** The S3 gateway of Versity, over a folder. Checks every signature. */
export function installVersitygw(): Promise<Installed> {
  return installGo("github.com/versity/versitygw/cmd/versitygw", "v1.8.0");
}

export async function startVersitygw(path: string, { metadata = true }: VersitygwOptions = {}): Promise<S3Server> {
  const folder = await mkdtemp(join(tmpdir(), "asyncdelta-versitygw-"));
  const bucket = "lake";
  await mkdir(join(folder, "objects", bucket), { recursive: true });
  await mkdir(join(folder, "metadata"));
  // Metadata beside the objects and not in extended attributes, which not all file systems have.
  const kept = metadata ? ["--sidecar", join(folder, "metadata")] : ["--nometa"];
  const keys = { accessKeyId: "versity-user", secretAccessKey: "versity/secret+key" };
  const server = await startServer({
    name: "versitygw",
    command: path,
    args: (port) => [
      "--port",
      `127.0.0.1:${port}`,
      "--keep-alive",
      "--quiet",
      "posix",
      ...kept,
      join(folder, "objects"),
    ],
    env: { ROOT_ACCESS_KEY: keys.accessKeyId, ROOT_SECRET_KEY: keys.secretAccessKey },
  });
  return {
    ...server,
    ...keys,
    region: "us-east-1",
    bucket,
    async dispose() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
