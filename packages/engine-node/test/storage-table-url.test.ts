import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { resolveTableUrl } from "@asyncdelta/engine-node";
import { expect, test } from "vitest";

test("a path becomes a directory's URL", () => {
  expect(resolveTableUrl("/lake/trips")).toBe("file:///lake/trips/");
  expect(resolveTableUrl("/lake/trips/")).toBe("file:///lake/trips/");
  expect(resolveTableUrl("/")).toBe("file:///");
  expect(resolveTableUrl("some/../trips")).toBe(`${pathToFileURL(resolve("trips")).href}/`);
  expect(resolveTableUrl(".")).toBe(`${pathToFileURL(process.cwd()).href}/`);
});

test("odd characters in a path stand for themselves", () => {
  expect(resolveTableUrl("/lake/50% off? #1 ü")).toBe("file:///lake/50%25%20off%3F%20%231%20%C3%BC/");
  expect(resolveTableUrl("/lake/a%20b")).toBe("file:///lake/a%2520b/");
});

test("a file URL stays one", () => {
  expect(resolveTableUrl("file:///lake/a%20b")).toBe("file:///lake/a%20b/");
  expect(resolveTableUrl("FILE:///lake/x/../trips/")).toBe("file:///lake/trips/");
  expect(resolveTableUrl("file:/lake/trips")).toBe("file:///lake/trips/");
  expect(resolveTableUrl(new URL("file:///lake/trips"))).toBe("file:///lake/trips/");
});

test("a colon alone makes no scheme", () => {
  expect(resolveTableUrl("trips:2024")).toBe(`${pathToFileURL(resolve("trips:2024")).href}/`);
});

test("other schemes are refused by name, without what may be a password", () => {
  for (const [url, scheme] of [
    ["s3://key:secret@lake/trips", "s3"],
    ["https://host/trips?sig=secret", "https"],
    ["abfss://c@a.dfs.core.windows.net/secret", "abfss"],
  ] as const) {
    const error = thrownBy(() => resolveTableUrl(url));
    expect(error).toMatchObject({ code: "INVALID_ARGUMENT", message: expect.stringContaining(`"${scheme}:"`) });
    expect(JSON.stringify(error) + (error as Error).message).not.toContain("secret");
  }
});

test("what is no location is refused", () => {
  for (const location of ["", "a\0b", "file:///a?version=1", "file:///a#b", "file:///a%2Fb", "file://server/share"]) {
    expect(
      thrownBy(() => resolveTableUrl(location)),
      location,
    ).toMatchObject({ code: "INVALID_ARGUMENT" });
  }
});

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
