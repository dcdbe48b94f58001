import { storageConformance } from "@asyncdelta/kernel-core/testing";
import { afterAll, beforeAll, describe, test } from "vitest";
import type { HttpClient } from "../dist/http/http-call.js";
import { objectStorage } from "../dist/object-store/object-storage.js";
import { impatientClient, PlainObjects, plainService } from "./plain-objects.js";

let server: PlainObjects;
let client: HttpClient;
let places = 0;

beforeAll(async () => {
  server = await PlainObjects.start();
  client = impatientClient();
});
afterAll(async () => {
  await client.close();
  await server.stop();
});

const subject = async () => ({
  storage: objectStorage(plainService(server), client),
  root: `plain:///bucket/place%20${places++}/`,
});

describe("an object store that sorts", () => {
  for (const { name, run } of storageConformance("sorted", subject)) {
    test(name, () => {
      server.isSorted = true;
      return run();
    });
  }
});

describe("one that neither sorts nor starts after a name", () => {
  for (const { name, run } of storageConformance("unsorted", subject)) {
    test(name, () => {
      server.isSorted = false;
      return run();
    });
  }
});

describe("one that cannot create", () => {
  const refusing = async () => ({
    ...(await subject()),
    storage: objectStorage(plainService(server, { ifAbsent: undefined }), client),
  });
  for (const { name, run } of storageConformance("without a condition", refusing, { create: "refused" })) {
    test(name, run);
  }
});

describe("one that ignores the condition", () => {
  for (const { name, run } of storageConformance("ignoring", subject, { create: "refused" })) {
    test(name, async () => {
      server.heedsIfAbsent = false;
      try {
        await run();
      } finally {
        server.heedsIfAbsent = true;
      }
    });
  }
});
