import { readFile, writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { FEATURES } from "../src/protocol/features.js";
import { CAPABILITIES, FEATURE_PROOFS, type Proof } from "./compatibility/capabilities.js";
import { compatibilityPage } from "./compatibility/page.js";
import { PEERS_READ, PEERS_WRITE } from "./compatibility/peers.js";

const page = new URL("../../../docs/compatibility.md", import.meta.url);
const read = (file: string) => readFile(new URL(`../../${file}`, import.meta.url), "utf8");

/** To write the page anew: UPDATE_DOCS=1 npm run test:unit -- packages/kernel-core/test/compatibility.test.ts */
test("the page on compatibility is what the code says", async () => {
  const text = compatibilityPage();
  if (process.env.UPDATE_DOCS) await writeFile(page, text);
  else expect(await readFile(page, "utf8")).toBe(text);
});

describe("what the page says of this library", () => {
  test.each(CAPABILITIES)("$name: is seen in a test or in the code", async ({ ours, seen }) => {
    if ("test" in seen) await expectTest(seen);
    else {
      expect(ours).toMatch(/^no\b/);
      expect(await read(seen.file)).not.toMatch(seen.lacks);
    }
  });

  test.each(Object.entries(FEATURE_PROOFS))("%s is seen in a test", async (_, seen) => {
    await expectTest(seen);
  });

  test("has every feature, and no other, on both sides", () => {
    const names = (kind: string) => FEATURES.filter((feature) => feature.kind === kind).map(({ name }) => name);
    expect(Object.keys(PEERS_READ)).toEqual(names("reader-writer"));
    expect(Object.keys(FEATURE_PROOFS)).toEqual(names("reader-writer"));
    expect(Object.keys(PEERS_WRITE)).toEqual(names("writer"));
  });
});

async function expectTest({ test: file, name }: Proof): Promise<void> {
  expect((await read(file)).includes(name), `${file} has no test "${name}"`).toBe(true);
}
