import type { Storage } from "@asyncdelta/kernel-core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { HttpClient } from "../dist/http/http-call.js";
import { objectStorage } from "../dist/object-store/object-storage.js";
import { impatientClient, PlainObjects, plainService, type Tamper } from "./plain-objects.js";

let server: PlainObjects;
let client: HttpClient;
let storage: Storage;
const URL_ = "plain:///bucket/t/commit";
const PATH = "/bucket/t/commit";
const OURS = new TextEncoder().encode("ours");
const THEIRS = new TextEncoder().encode("of another");

beforeEach(async () => {
  server = await PlainObjects.start();
  client = impatientClient();
  storage = objectStorage(plainService(server), client);
});
afterEach(async () => {
  await client.close();
  await server.stop();
});

const create = (bytes = OURS) => storage.put(URL_, bytes, { mode: "create" });
const methods = () => server.log.map((line) => line.split(" ")[0]);
const isWrite: (request: Parameters<Tamper>[0]) => boolean = ({ method, url }) => method === "PUT" && url === PATH;

/** Carries out a write, and loses the answer. */
function loseAnswer(request: Parameters<Tamper>[0], response: Parameters<Tamper>[1]): true {
  const { socket } = request;
  response.writeHead = (() => response) as typeof response.writeHead;
  response.end = (() => {
    socket.destroy();
    return response;
  }) as typeof response.end;
  server.answer(request, response);
  return true;
}

describe("the proof that creates are atomic", () => {
  test("is made once for each bucket, by all who wait for it, and leaves nothing behind", async () => {
    const results = await Promise.all(
      Array.from({ length: 5 }, (_, i) => storage.put(`${URL_}${i}`, OURS, { mode: "create" })),
    );
    expect(new Set(results)).toEqual(new Set(["created"]));
    expect(server.log.filter((line) => line.includes(".asyncdelta-"))).toHaveLength(3);
    expect([...server.objects.keys()].sort()).toEqual([0, 1, 2, 3, 4].map((i) => `${PATH}${i}`));
    server.log.length = 0;
    expect(await create()).toBe("created");
    expect(methods()).toEqual(["PUT"]);
    await storage.put("plain://other/t/commit", OURS, { mode: "create" });
    expect(server.log.filter((line) => line.includes(".asyncdelta-"))).toHaveLength(3);
  });

  test("refuses a store that replaces, for good, and what it holds is left as it was", async () => {
    server.heedsIfAbsent = false;
    server.set(PATH, THEIRS);
    for (let times = 0; times < 2; times++) {
      await expect(create()).rejects.toMatchObject({
        code: "STORAGE_FAILED",
        message: expect.stringMatching(/ignores the condition.*Nothing was written/),
      });
    }
    expect(server.log).toHaveLength(3);
    expect([...server.objects.keys()]).toEqual([PATH]);
    expect(server.objects.get(PATH)!.bytes.equals(THEIRS)).toBe(true);
    // To replace is what an overwrite is for.
    expect(await storage.put(URL_, OURS, { mode: "overwrite" })).toBe("overwritten");
  });

  test("that could not be made for a while is made again", async () => {
    server.tamper = (_request, response) => {
      response.writeHead(500).end();
      return true;
    };
    await expect(create()).rejects.toMatchObject({ code: "STORAGE_FAILED" });
    server.tamper = () => false;
    expect(await create()).toBe("created");
  });

  test("that one caller gives up is made by the next", async () => {
    const controller = new AbortController();
    server.tamper = (request) => request.method === "PUT";
    const first = storage.put(URL_, OURS, { mode: "create", signal: controller.signal });
    const second = create();
    await expect.poll(() => server.log.length).toBeGreaterThan(0);
    server.tamper = () => false;
    controller.abort();
    await expect(first).rejects.toMatchObject({ code: "ABORTED" });
    expect(await second).toBe("created");
    expect([...server.objects.keys()]).toEqual([PATH]);
  });

  test("needs no permission to delete", async () => {
    server.tamper = (request, response) => {
      if (request.method !== "DELETE") return false;
      response.writeHead(403).end();
      return true;
    };
    expect(await create()).toBe("created");
    const names: string[] = [];
    for await (const page of storage.list("plain:///bucket/t/")) names.push(...page.map(({ url }) => url));
    expect(names).toEqual([URL_]);
  });
});

describe("a create of which the answer is lost", () => {
  beforeEach(() => create(THEIRS).then(() => server.objects.clear()));

  const lost = (times: number, otherwise: Tamper = () => false) => {
    let losses = 0;
    server.tamper = (request, response, self) => {
      if (!isWrite(request) || losses++ >= times) return otherwise(request, response, self);
      return loseAnswer(request, response);
    };
  };

  test("has created, although the second attempt finds the object there", async () => {
    lost(1);
    expect(await create()).toBe("created");
    expect(server.objects.get(PATH)!.bytes.equals(OURS)).toBe(true);
    expect(methods().slice(-3)).toEqual(["PUT", "PUT", "GET"]);
  });

  test("has created, although every attempt's answer is lost", async () => {
    lost(100);
    expect(await create()).toBe("created");
  });

  test("has found another's object, if that is what is there", async () => {
    server.set(PATH, THEIRS);
    lost(1);
    expect(await create()).toBe("exists");
    lost(100);
    expect(await create()).toBe("exists");
    server.set(PATH, new TextEncoder().encode("ourz"));
    lost(1);
    expect(await create()).toBe("exists");
    expect(server.objects.get(PATH)!.bytes.toString()).toBe("ourz");
  });

  test("and of which nothing can be known is an error that says so", async () => {
    lost(100, (request, response) => {
      if (request.method !== "GET") return false;
      response.writeHead(500).end();
      return true;
    });
    await expect(create()).rejects.toMatchObject({
      code: "STORAGE_FAILED",
      message: expect.stringMatching(/Look whether it is there/),
    });
  });

  test("and that never arrived, as far as is known, is an error that says so", async () => {
    server.tamper = (request) => {
      if (isWrite(request)) request.socket.destroy();
      return isWrite(request);
    };
    await expect(create()).rejects.toMatchObject({
      code: "STORAGE_FAILED",
      message: expect.stringMatching(/Look whether it is there/),
    });
    expect(server.objects.size).toBe(0);
  });

  test("after a 500 that wrote is created, after one that did not is created too", async () => {
    for (const wrote of [true, false]) {
      server.objects.clear();
      let failures = 0;
      server.tamper = (request, response) => {
        if (!isWrite(request) || failures++ > 0) return false;
        if (wrote) server.set(PATH, OURS);
        response.writeHead(500).end();
        return true;
      };
      expect(await create()).toBe("created");
    }
  });
});

describe("a create that is refused", () => {
  beforeEach(() => create(THEIRS).then(() => server.objects.clear()));

  test("for good says why, and asks for nothing more", async () => {
    server.tamper = (request, response) => {
      if (!isWrite(request)) return false;
      response.writeHead(403).end();
      return true;
    };
    server.log.length = 0;
    await expect(create()).rejects.toMatchObject({ code: "ACCESS_DENIED", path: URL_ });
    expect(methods()).toEqual(["PUT"]);
  });

  test("because others write it has found theirs, or none", async () => {
    const classify = plainService(server).classify;
    const conflicting = objectStorage(
      plainService(server, {
        classify: (status, headers, body) => (status === 409 ? { kind: "conflict" } : classify(status, headers, body)),
      }),
      client,
    );
    await conflicting.put(URL_, THEIRS, { mode: "create" });
    server.tamper = (request, response) => {
      if (!isWrite(request)) return false;
      response.writeHead(409).end();
      return true;
    };
    expect(await conflicting.put(URL_, OURS, { mode: "create" })).toBe("exists");
    server.objects.clear();
    await expect(conflicting.put(URL_, OURS, { mode: "create" })).rejects.toMatchObject({ code: "STORAGE_FAILED" });
  });
});

test("many racing creates over answers that get lost have one winner, and all know who it is", async () => {
  await create(THEIRS);
  for (let round = 0; round < 10; round++) {
    server.objects.clear();
    server.tamper = (request, response) => {
      if (!isWrite(request) || (request.socket.remotePort! + round) % 3 > 0) return false;
      return loseAnswer(request, response);
    };
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, i) => create(new TextEncoder().encode(`writer ${i}`))),
    );
    const winners = results.flatMap((result, i) => (result === "created" ? [`writer ${i}`] : []));
    expect(winners).toEqual([server.objects.get(PATH)!.bytes.toString()]);
  }
});
