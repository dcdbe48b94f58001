/** Checks that what the documents link to inside the repository is there. */
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { packages, root } from "./workspace.mjs";

/** @returns {Promise<boolean>} whether every link leads somewhere */
export async function checkLinks() {
  const folders = [root, join(root, "docs"), join(root, "docs/decisions"), ...(await packages())];
  const broken = [];
  for (const folder of folders) {
    for (const name of (await readdir(folder)).filter((entry) => entry.endsWith(".md"))) {
      const document = join(folder, name);
      const text = (await readFile(document, "utf8")).replaceAll(/```.*?```/gs, "");
      for (const [, target] of text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)) {
        if (!existsSync(join(dirname(document), target))) broken.push(`${relative(root, document)}: ${target}`);
      }
    }
  }
  for (const link of broken) console.error(`A link leads nowhere: ${link}`);
  return broken.length === 0;
}
