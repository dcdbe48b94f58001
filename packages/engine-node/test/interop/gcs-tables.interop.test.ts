import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import type { Storage } from "@asyncdelta/kernel-core";
import { describe, test } from "vitest";
import { gcsStorage } from "../../dist/gcs/index.js";
import { installFakeGcs, startFakeGcs } from "../servers/fake-gcs.js";
import { deltalake } from "./store-tables.js";
import { type StoreWithTables, tableCases } from "./table-cases.js";

const installed = await installFakeGcs();

describe("tables of deltalake on fake-gcs-server", () => {
  if ("missing" in installed) {
    console.error(`Skipped fake-gcs-server: ${installed.missing}.`);
    test.skip(`fake-gcs-server: ${installed.missing}`);
    return;
  }
  tableCases(1000, async (): Promise<StoreWithTables> => {
    const server = await startFakeGcs(installed.path);
    const key = {
      gcs_base_url: server.url,
      disable_oauth: true,
      client_email: "",
      private_key: "",
      private_key_id: "",
    };
    const options = { GOOGLE_SERVICE_ACCOUNT_KEY: JSON.stringify(key) };
    const theirs = deltalake({ ...options, allow_http: "true" });
    // What opens a table for deltalake opens it for us.
    const storage = gcsStorage(options);
    const root = "gs://lake/some folder";
    // This server has no PUT of the XML API, by which deltalake writes: it writes files, and we bring them there.
    const folder = await mkdtemp(join(tmpdir(), "asyncdelta-gcs-"));
    const tables = ["odd", "history", "large"];
    await deltalake({}).write(tables.map((table) => `${folder}/${table}`));
    for (const table of tables) await copy(join(folder, table), storage, `${root.replace(" ", "%20")}/${table}/`);
    await rm(folder, { recursive: true });
    return { storage, root, read: async (url) => (await theirs.read([url]))[0]!, dispose: server.stop };
  });
});

async function copy(folder: string, storage: Storage, root: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const key = relative(folder, path).split(sep).map(encodeURIComponent).join("/");
    await storage.put(root + key, new Uint8Array(await readFile(path)), { mode: "create" });
  }
}
