import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** Where the corpus of real tables is, if it is there. */
export const corpus: string | undefined = process.env.ASYNCDELTA_CORPUS;

/** The readable tables of the corpus that have one of the tags: names and roots. */
export function taggedTables(tags: readonly string[]): readonly { readonly name: string; readonly root: string }[] {
  if (corpus === undefined) return [];
  return readdirSync(corpus).flatMap((name) => {
    const file = join(corpus!, name, "expected.json");
    if (!existsSync(file)) return [];
    const expected = JSON.parse(readFileSync(file, "utf8")) as {
      error?: string;
      readError?: string;
      features: string[];
    };
    const wanted = expected.error === undefined && expected.readError === undefined;
    if (!wanted || !expected.features.some((feature) => tags.includes(feature))) return [];
    return [{ name, root: `${pathToFileURL(join(corpus!, name, "table")).href}/` }];
  });
}
