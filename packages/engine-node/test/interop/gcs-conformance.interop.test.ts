import { randomUUID } from "node:crypto";
import { storageConformance } from "@asyncdelta/kernel-core/testing";
import { afterAll, beforeAll, describe, test } from "vitest";
import { gcsStorage } from "../../dist/gcs/index.js";
import { installFakeGcs, startFakeGcs } from "../servers/fake-gcs.js";
import type { RunningServer } from "../servers/server.js";

const installed = await installFakeGcs();

describe("fake-gcs-server", () => {
  if ("missing" in installed) {
    console.error(`Skipped fake-gcs-server: ${installed.missing}.`);
    test.skip(`fake-gcs-server: ${installed.missing}`);
    return;
  }
  let server: RunningServer;
  beforeAll(async () => {
    server = await startFakeGcs(installed.path);
  });
  afterAll(() => server?.stop());

  /** A directory of its own for each case. */
  const makeSubject = async () => ({
    storage: gcsStorage({ endpoint: server.url, anonymous: true }),
    root: `gs://lake/${randomUUID()}/`,
  });
  // This server makes generation and time one after the other: between the two a second may begin.
  const options = { timeout: 120_000, retry: 2 };
  for (const { name, run } of storageConformance("Google", makeSubject)) test(name, options, run);
});
