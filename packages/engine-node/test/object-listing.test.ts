import type { ListOptions, Storage } from "@asyncdelta/kernel-core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { HttpClient } from "../dist/http/http-call.js";
import type { ListedPage } from "../dist/object-store/object-service.js";
import { objectStorage } from "../dist/object-store/object-storage.js";
import { impatientClient, PlainObjects, plainService } from "./plain-objects.js";

let server: PlainObjects;
let client: HttpClient;
let storage: Storage;
const ROOT = "plain:///bucket/t/";

beforeEach(async () => {
  server = await PlainObjects.start();
  client = impatientClient();
  storage = objectStorage(plainService(server), client);
});
afterEach(async () => {
  await client.close();
  await server.stop();
});

function fill(count: number): string[] {
  const names = Array.from({ length: count }, (_, i) => String(i).padStart(5, "0"));
  for (const name of names) server.set(`/bucket/t/${name}`, new Uint8Array(1));
  return names;
}

async function list(options: ListOptions = {}): Promise<string[]> {
  const names: string[] = [];
  for await (const page of storage.list(ROOT, options)) names.push(...page.map(({ url }) => url.slice(ROOT.length)));
  return names;
}

/** Answers listings with these pages, one after another, the last one again and again. */
interface Answer {
  readonly names: readonly string[];
  readonly token?: string;
}

function pages(...answers: readonly Answer[]): void {
  let next = 0;
  server.tamper = (_request, response) => {
    const { names, token } = answers[Math.min(next++, answers.length - 1)]!;
    const page: ListedPage = {
      objects: names.map((name) => ({ name, size: 1, lastModified: 0 })),
      ...(token === undefined ? {} : { token }),
    };
    response.writeHead(200).end(JSON.stringify(page));
    return true;
  };
}

describe("pages", () => {
  test("are asked for ahead: one is on its way while another is consumed", async () => {
    server.pageSize = 10;
    const names = fill(35);
    const seen: string[] = [];
    const asked: number[] = [];
    for await (const page of storage.list(ROOT)) {
      seen.push(...page.map(({ url }) => url.slice(ROOT.length)));
      await new Promise((resolve) => setTimeout(resolve, 30));
      asked.push(server.log.length);
    }
    expect(seen).toEqual(names);
    expect(asked).toEqual([2, 3, 4, 4]);
  });

  test("are no longer asked for when the listing is left, and the one under way is stopped", async () => {
    server.pageSize = 10;
    fill(35);
    server.tamper = () => server.log.length > 1;
    for await (const _ of storage.list(ROOT)) {
      await expect.poll(() => server.log.length).toBe(2);
      break;
    }
    expect(server.log).toHaveLength(2);
    await expect.poll(() => server.connections()).toBeLessThan(2);
  });

  test("behind the end that is wanted are not asked for", async () => {
    server.pageSize = 10;
    const names = fill(35);
    const listed = await list({ startAfter: "00004", endBefore: "00012" });
    expect(listed.slice(0, 7)).toEqual(names.slice(5, 12));
    expect(server.log).toHaveLength(1);
  });

  test("may be empty, if there is one behind", async () => {
    pages({ names: [], token: "1" }, { names: [], token: "2" }, { names: ["a"], token: "3" }, { names: [] });
    expect(await list()).toEqual(["a"]);
  });

  test("that are empty without an end are an error", async () => {
    let token = 0;
    server.tamper = (_request, response) => {
      response.writeHead(200).end(JSON.stringify({ objects: [], token: String(token++) }));
      return true;
    };
    await expect(list()).rejects.toMatchObject({
      code: "STORAGE_FAILED",
      message: expect.stringMatching(/does not get on/),
    });
  });
});

describe("a store that misbehaves is not believed", () => {
  test.each([
    [
      "the same page again",
      [
        { names: ["a", "b"], token: "1" },
        { names: ["a", "b"], token: "2" },
      ],
    ],
    ["the same page for ever", [{ names: ["a", "b"], token: "1" }]],
    [
      "empty pages in a circle",
      [
        { names: [], token: "1" },
        { names: [], token: "2" },
        { names: [], token: "1" },
      ],
    ],
    ["an empty token", [{ names: ["a"], token: "" }]],
    ["names that go back", [{ names: ["a", "c"], token: "1" }, { names: ["b"] }]],
    ["names that go back within a page", [{ names: ["b", "a"] }]],
    ["a name twice", [{ names: ["a", "a"] }]],
    ["the order of UTF-16 instead of UTF-8", [{ names: ["\u{10000}", "\uFFFD"] }]],
  ])("%s", async (_name, answers) => {
    pages(...(answers as unknown as readonly Answer[]));
    await expect(list()).rejects.toMatchObject({ code: "STORAGE_FAILED", path: ROOT });
  });

  test("a name twice in a listing without order", async () => {
    server.isSorted = false;
    pages({ names: ["b", "a"], token: "1" }, { names: ["c", "b"] });
    await expect(list()).rejects.toMatchObject({ code: "STORAGE_FAILED" });
  });
});

test("names before the wanted ones, and objects that are being written, are left out", async () => {
  pages({ names: [".asyncdelta-0123456789abcdef.tmp", "a", "b", "c"] });
  expect(await list({ startAfter: "a" })).toEqual(["b", "c"]);
  pages({ names: ["", ".asyncdelta-0123456789abcdef.tmp", "a"] });
  expect(await list()).toEqual(["a"]);
});

test("a bucket that is not there is no empty folder", async () => {
  server.tamper = (_request, response) => {
    response.writeHead(404).end("no such bucket");
    return true;
  };
  await expect(list()).rejects.toMatchObject({ code: "FILE_NOT_FOUND", message: expect.stringMatching(/bucket/) });
});

test("it says whether its listings may begin anywhere", () => {
  expect(storage.listingOf?.(ROOT)).toBe("pages");
  server.isSorted = false;
  expect(storage.listingOf?.(ROOT)).toBe("whole");
});
