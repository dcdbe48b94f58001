import { randomUUID } from "node:crypto";
import { type StorageSubject, storageConformance } from "@asyncdelta/kernel-core/testing";
import { afterAll, beforeAll, describe, test } from "vitest";
import { s3Storage } from "../../dist/s3/index.js";
import type { Installed } from "../servers/install.js";
import { installMoto, startMoto } from "../servers/moto.js";
import { installVersitygw, type S3Server, startVersitygw } from "../servers/versitygw.js";

const [versitygw, moto] = await Promise.all([installVersitygw(), installMoto()]);

/** A directory of its own for each case, in the one bucket of a server. */
function subjectOf(server: S3Server): StorageSubject {
  const { url: endpoint, region, accessKeyId, secretAccessKey, bucket } = server;
  return {
    storage: s3Storage({ endpoint, region, accessKeyId, secretAccessKey }),
    root: `s3://${bucket}/${randomUUID()}/`,
  };
}

function conformance(
  name: string,
  installed: Installed,
  start: (path: string) => Promise<S3Server>,
  create: "atomic" | "refused",
): void {
  if ("missing" in installed) {
    console.error(`Skipped ${name}: ${installed.missing}.`);
    test.skip(`${name}: ${installed.missing}`);
    return;
  }
  describe(name, () => {
    let server: S3Server;
    beforeAll(async () => {
      server = await start(installed.path);
    });
    afterAll(() => server?.dispose());
    for (const { name: clause, run } of storageConformance("S3", async () => subjectOf(server), { create }))
      test(clause, run, 120_000);
  });
}

conformance("versitygw with metadata", versitygw, (path) => startVersitygw(path), "atomic");
conformance("versitygw without metadata", versitygw, (path) => startVersitygw(path, { metadata: false }), "refused");
conformance("moto", moto, (python) => startMoto(python), "atomic");
