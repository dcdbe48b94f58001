/** `npm run build`: installs and compiles everything. */
import { build, main } from "./workspace.mjs";

await main(build);
