import { readFile } from "node:fs/promises";
import { azureStorage } from "@asyncdelta/engine-node/azure";
import { gcsStorage } from "@asyncdelta/engine-node/gcs";
import { httpStorage } from "@asyncdelta/engine-node/http";
import { s3Storage } from "@asyncdelta/engine-node/s3";
import { isDeltaError } from "@asyncdelta/kernel-core";
import { expect, test } from "vitest";

const text = await readFile(new URL("../../../docs/storage.md", import.meta.url), "utf8");

/** Options in the first column of the tables of a section. */
function optionsIn(heading: string): string[] {
  const section = text.split(/^## /m).find((part) => part.startsWith(heading))!;
  const cells = section.split("\n").flatMap((line) => /^\| (`[^|]*) \|/.exec(line)?.[1] ?? []);
  return cells.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name!));
}

/** Those that a store says that it has, when it is given one that it has not. */
function optionsOf(make: (options: never) => unknown): string[] {
  try {
    make({ nonsense: 1 } as never);
  } catch (error) {
    if (!isDeltaError(error, "INVALID_ARGUMENT")) throw error;
    const list = /There are (.*?)(?:, also|\.)/.exec(error.message)![1]!;
    return list.split(", ");
  }
  throw new Error("It takes whatever it is given.");
}

test.each([
  ["S3", s3Storage],
  ["Azure", azureStorage],
  ["Google", gcsStorage],
  ["HTTP", httpStorage],
])("docs/storage.md names the options of %s, all and no others", (heading, make) => {
  expect(optionsIn(heading).sort()).toEqual(optionsOf(make).sort());
});

test("docs/storage.md names options of the client that it takes", async () => {
  const { splitOptions } = await import("../dist/storage/client-options.js");
  const named = optionsIn("Requests");
  const taken = splitOptions(
    Object.fromEntries(named.map((name) => [name, name === "hedge" || name === "rejectUnauthorized" ? true : "1"])),
  );
  expect(taken.store).toEqual({});
  expect(named.length).toBe(14);
});
