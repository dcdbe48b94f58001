import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { resolveTableUrl, tableLocation } from "@asyncdelta/engine-node";
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

test("a bucket's URL keeps its key, in one encoding and under one name of the scheme", () => {
  for (const [location, url] of [
    ["s3://lake/trips", "s3://lake/trips/"],
    ["s3a://lake/trips/", "s3://lake/trips/"],
    ["S3://Lake", "s3://Lake/"],
    ["s3://lake/a b/50%/ü", "s3://lake/a%20b/50%25/%C3%BC/"],
    ["s3://lake/a%20b", "s3://lake/a%20b/"],
    ["s3://lake//double", "s3://lake//double/"],
    ["s3://lake/x/../trips", "s3://lake/trips/"],
    ["gcs://lake/trips", "gs://lake/trips/"],
    ["azure://lake/trips", "az://lake/trips/"],
    ["abfs://c@account.dfs.core.windows.net/t", "abfss://c@account.dfs.core.windows.net/t/"],
    ["abfss://c/t", "abfss://c/t/"],
  ] as const) {
    expect(resolveTableUrl(location), location).toBe(url);
    expect(resolveTableUrl(url), url).toBe(url);
  }
});

test("a web address is what it is; its query is kept apart, for it may be a signature", () => {
  expect(resolveTableUrl("https://host/lake/trips")).toBe("https://host/lake/trips/");
  expect(resolveTableUrl("HTTP://Host:8080/a b/x/../")).toBe("http://host:8080/a%20b/");
  expect(tableLocation("https://host/t/?sig=a%2Fb&e=1#x")).toEqual({
    url: "https://host/t/",
    storageOptions: { query: "sig=a%2Fb&e=1" },
  });
  expect(tableLocation("https://lake.blob.core.windows.net/c/t?sv=1&sig=x")).toEqual({
    url: "https://lake.blob.core.windows.net/c/t/",
    storageOptions: { sasToken: "sv=1&sig=x" },
  });
  expect(thrownBy(() => resolveTableUrl("https://host/t?sig=secret"))).toMatchObject({
    code: "INVALID_ARGUMENT",
    message: expect.stringMatching(/`query`/),
  });
});

test("what cannot be, or holds a password, is refused without showing it", () => {
  for (const [url, word] of [
    ["s3://key:secret@lake/trips", "user"],
    ["https://user:secret@host/trips", "user"],
    ["https://host/trips?sig=secret", "query"],
    ["s3://lake/trips?sig=secret", "query"],
    ["gs://secret@lake/trips", "user"],
    ["abfss://c:secret@account.dfs.core.windows.net/t", "user"],
    ["s3://lake:9000/secret", "endpoint"],
    ["s3:///secret", "bucket"],
    ["hdfs://name/secret", '"hdfs:"'],
    ["ftp://host/secret", '"ftp:"'],
  ] as const) {
    const error = thrownBy(() => resolveTableUrl(url));
    expect(error, url).toMatchObject({ code: "INVALID_ARGUMENT", message: expect.stringContaining(word) });
    expect(JSON.stringify(error) + (error as Error).message).not.toContain("secret");
  }
});

test("a scheme that only a given storage knows is taken as it is; others are read as ever", () => {
  for (const [location, url] of [
    ["memory:///t", "memory:///t/"],
    ["memory:///t/", "memory:///t/"],
    ["HDFS://User@Name:9000/a b/../%41", "HDFS://User@Name:9000/a b/../%41/"],
    [new URL("lake+x://t"), "lake+x://t/"],
    ["s3a://lake/trips", "s3://lake/trips/"],
    ["/lake/trips", "file:///lake/trips/"],
    ["trips:2024", `${pathToFileURL(resolve("trips:2024")).href}/`],
  ] as const) {
    expect(resolveTableUrl(location, { anyScheme: true })).toBe(url);
  }
  for (const url of ["memory:///t?version=1", "memory:///t#x", "s3:///secret"]) {
    expect(thrownBy(() => resolveTableUrl(url, { anyScheme: true }))).toMatchObject({ code: "INVALID_ARGUMENT" });
  }
});

test("what is no location is refused", () => {
  for (const location of ["", "a\0b", "file:///a?version=1", "file:///a#b", "file:///a%2Fb", "file://server/share"]) {
    expect(
      thrownBy(() => resolveTableUrl(location)),
      location,
    ).toMatchObject({ code: "INVALID_ARGUMENT" });
  }
  for (const location of [undefined, null, 5, {}, ["t"]] as never[]) {
    expect(thrownBy(() => resolveTableUrl(location))).toMatchObject({
      code: "INVALID_ARGUMENT",
      message: expect.stringContaining("location is a path or a URL"),
    });
  }
});

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
