import { nodeEngine } from "@asyncdelta/engine-node";
import type { Storage } from "@asyncdelta/kernel-core";
import { describe, test } from "vitest";
import { s3Storage } from "../../dist/s3/index.js";
import type { Installed } from "../servers/install.js";
import { installMoto, startMoto } from "../servers/moto.js";
import { installVersitygw, type S3Server, startVersitygw } from "../servers/versitygw.js";
import { deltalake } from "./store-tables.js";
import { type StoreWithTables, tableCases } from "./table-cases.js";

const [versitygw, moto] = await Promise.all([installVersitygw(), installMoto()]);

type DeltaRsOptions = Readonly<Record<`AWS_${string}`, string>>;

/** What opens a table for deltalake opens it for us. */
function optionsOf({ url, region, accessKeyId, secretAccessKey }: S3Server): DeltaRsOptions {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_ALLOW_HTTP: "true",
  };
}

function tables(
  name: string,
  installed: Installed,
  start: (path: string) => Promise<S3Server>,
  open: (options: DeltaRsOptions) => Storage,
): void {
  describe(`tables of deltalake on ${name}`, () => {
    if ("missing" in installed) {
      console.error(`Skipped ${name}: ${installed.missing}.`);
      test.skip(`${name}: ${installed.missing}`);
      return;
    }
    tableCases(1000, async (): Promise<StoreWithTables> => {
      const server = await start(installed.path);
      const options = optionsOf(server);
      const theirs = deltalake(options);
      const root = `s3://${server.bucket}/some folder`;
      await theirs.write(["odd", "history", "large"].map((table) => `${root}/${table}`));
      return {
        storage: open(options),
        root,
        read: async (url) => (await theirs.read([url]))[0]!,
        dispose: server.dispose,
      };
    });
  });
}

tables("versitygw", versitygw, (path) => startVersitygw(path), s3Storage);
// By the scheme of the URL, as the engine finds a store.
tables("moto", moto, startMoto, (options) => nodeEngine({ storageOptions: options }).storage);
