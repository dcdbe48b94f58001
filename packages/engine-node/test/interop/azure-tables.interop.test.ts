import { describe, test } from "vitest";
import { azureStorage } from "../../dist/azure/index.js";
import { installAzurite, startAzurite } from "../servers/azurite.js";
import { deltalake } from "./store-tables.js";
import { type StoreWithTables, tableCases } from "./table-cases.js";

const installed = await installAzurite();

describe("tables of deltalake on Azurite", () => {
  if ("missing" in installed) {
    console.error(`Skipped Azurite: ${installed.missing}.`);
    test.skip(`Azurite: ${installed.missing}`);
    return;
  }
  tableCases(5000, async (): Promise<StoreWithTables> => {
    const server = await startAzurite(installed.path);
    // With an endpoint instead of this, deltalake 1.6 does not see the tables it has written.
    process.env.AZURITE_BLOB_STORAGE_URL = server.url;
    const options = { AZURE_STORAGE_USE_EMULATOR: "true" };
    const theirs = deltalake(options);
    const root = "az://lake/some folder";
    await theirs.write(["odd", "history", "large"].map((table) => `${root}/${table}`));
    return {
      // What opens a table for deltalake opens it for us.
      storage: azureStorage(options),
      root,
      read: async (url) => (await theirs.read([url]))[0]!,
      dispose: server.stop,
    };
  });
});
