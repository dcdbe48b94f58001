import type { Storage } from "@asyncdelta/kernel-core";
import { azureStorage } from "../../../engine-node/src/azure/azure-storage.js";
import { gcsStorage } from "../../../engine-node/src/gcs/gcs-storage.js";
import type { HttpClient } from "../../../engine-node/src/http/http-call.js";
import { s3Storage } from "../../../engine-node/src/s3/s3-storage.js";
import {
  AZURITE_ACCOUNT,
  AZURITE_KEY,
  installAzurite,
  startAzurite,
} from "../../../engine-node/test/servers/azurite.js";
import { installFakeGcs, startFakeGcs } from "../../../engine-node/test/servers/fake-gcs.js";
import type { Installed } from "../../../engine-node/test/servers/install.js";
import { installVersitygw, startVersitygw } from "../../../engine-node/test/servers/versitygw.js";

/** A server program, and the store that speaks to it. */
export interface RealStore {
  readonly name: string;
  /** URL of a folder in it. */
  readonly root: string;
  install(): Promise<Installed>;
  start(path: string): Promise<RunningStore>;
}

export interface RunningStore {
  readonly url: string;
  /** Whether it looks at `Host`, and knows itself by its own only. */
  readonly ownHost?: boolean;
  /** A store that speaks to the server at an origin, which may be one that stands before it. */
  make(origin: string, client?: HttpClient): Storage;
  stop(): Promise<void>;
}

export const realStores: readonly RealStore[] = [
  {
    name: "versitygw",
    root: "s3://lake/some folder/",
    install: installVersitygw,
    async start(path) {
      const { url, region, accessKeyId, secretAccessKey, dispose } = await startVersitygw(path);
      const keys = { region, accessKeyId, secretAccessKey };
      return { url, make: (endpoint, client) => s3Storage({ endpoint, ...keys, client }), stop: dispose };
    },
  },
  {
    name: "azurite",
    root: "az://lake/some folder/",
    install: installAzurite,
    async start(path) {
      const { url, stop } = await startAzurite(path);
      const make = (origin: string, client?: HttpClient) => {
        const endpoint = `${origin}/${AZURITE_ACCOUNT}`;
        return azureStorage({ accountName: AZURITE_ACCOUNT, accountKey: AZURITE_KEY, endpoint, client });
      };
      return { url, make, stop };
    },
  },
  {
    name: "fake-gcs-server",
    root: "gs://lake/some folder/",
    install: installFakeGcs,
    async start(path) {
      const { url, stop } = await startFakeGcs(path);
      return {
        url,
        ownHost: true,
        make: (endpoint, client) => gcsStorage({ endpoint, anonymous: true, client }),
        stop,
      };
    },
  },
];
