import { join } from "node:path";
import { azureService } from "../../dist/azure/index.js";
import { httpClient } from "../../dist/http/http-client.js";
import { type Installed, installNpm } from "./install.js";
import { type RunningServer, startServer } from "./server.js";

/** The well-known account of the emulator. */
export const AZURITE_ACCOUNT = "devstoreaccount1";
export const AZURITE_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

export interface Azurite extends RunningServer {
  /** URL of the account's Blob service, without a slash at the end. */
  readonly endpoint: string;
}

/** The last version that runs on Node 20; 62 MB, so that only these tests have it. */
export function installAzurite(): Promise<Installed> {
  return installNpm("azurite", ["azurite@3.35.0"]);
}

/** Azurite's Blob service, in memory, with one container, `lake`. */
export async function startAzurite(path: string): Promise<Azurite> {
  const server = await startServer({
    name: "azurite",
    command: process.execPath,
    args: (port) => [
      join(path, "node_modules/azurite/dist/src/blob/main.js"),
      ...["--blobHost", "127.0.0.1", "--blobPort", String(port)],
      ...["--inMemoryPersistence", "--silent", "--disableTelemetry", "--skipApiVersionCheck"],
    ],
  });
  const endpoint = `${server.url}/${AZURITE_ACCOUNT}`;
  await makeContainer(endpoint, "lake");
  return { ...server, endpoint };
}

export async function makeContainer(endpoint: string, name: string, access?: "container"): Promise<void> {
  const service = azureService({ accountName: AZURITE_ACCOUNT, accountKey: AZURITE_KEY, endpoint }, {});
  const headers: Record<string, string> = access === undefined ? {} : { "x-ms-blob-public-access": access };
  const client = httpClient();
  const response = await client.send({
    prepare: ({ now, signal }) =>
      service.authorize({ method: "PUT", url: `${endpoint}/${name}?restype=container`, headers }, { now, signal }),
    classify: (status, answer, body) => service.classify(status, answer, body),
    repeatable: false,
  });
  await response.cancel();
  await client.close();
}
