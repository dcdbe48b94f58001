import { randomUUID } from "node:crypto";
import { storageConformance } from "@asyncdelta/kernel-core/testing";
import { afterAll, beforeAll, describe, test } from "vitest";
import { azureStorage } from "../../dist/azure/index.js";
import { AZURITE_ACCOUNT, AZURITE_KEY, type Azurite, installAzurite, startAzurite } from "../servers/azurite.js";

const installed = await installAzurite();

describe("Azurite", () => {
  if ("missing" in installed) {
    console.error(`Skipped Azurite: ${installed.missing}.`);
    test.skip(`Azurite: ${installed.missing}`);
    return;
  }
  let server: Azurite;
  beforeAll(async () => {
    server = await startAzurite(installed.path);
  });
  afterAll(() => server?.stop());

  /** A directory of its own for each case, by a URL of each form. */
  const forms = {
    az: "az://lake/",
    "abfss with an account": `abfss://lake@${AZURITE_ACCOUNT}.dfs.core.windows.net/`,
  };
  for (const [form, container] of Object.entries(forms)) {
    const makeSubject = async () => ({
      storage: azureStorage({ accountName: AZURITE_ACCOUNT, accountKey: AZURITE_KEY, endpoint: server.endpoint }),
      root: `${container}${randomUUID()}/`,
    });
    for (const { name, run } of storageConformance(`Azure (${form})`, makeSubject)) test(name, run, 120_000);
  }
});
