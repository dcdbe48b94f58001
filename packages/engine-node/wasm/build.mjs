/**
 * `node packages/engine-node/wasm/build.mjs`: makes `src/json/decode/text-scan-module.ts` of `text-scan.ts`. It is made by hand
 * when that changes, and a test sees to it that the two agree.
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { main } from "assemblyscript/asc";

const folder = fileURLToPath(new URL(".", import.meta.url));
const target = fileURLToPath(new URL("../src/json/decode/text-scan-module.ts", import.meta.url));

/** The source of the module that holds the compiled bytes. */
export async function makeModule() {
  let bytes;
  const options = ["-O3", "--runtime", "stub", "--enable", "simd", "--noAssert", "--outFile", "text-scan.wasm"];
  const { error, stderr } = await main(["text-scan.ts", "--baseDir", folder, ...options], {
    writeFile(name, contents) {
      if (name.endsWith(".wasm")) bytes = contents;
    },
  });
  if (error !== null || bytes === undefined) throw new Error(`AssemblyScript failed: ${stderr}`);
  const text = Buffer.from(bytes).toString("base64");
  return `/** Made of \`wasm/text-scan.ts\` by \`wasm/build.mjs\`. */\nexport const TEXT_SCAN: string =\n  "${text}";\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(target, await makeModule());
