import { readFileSync } from "node:fs";

const read = (name: string): string =>
  readFileSync(new URL(`../fixtures/tls/localhost-${name}.pem`, import.meta.url), "utf8");

/** Of a server of the test's own, which nobody vouches for. */
export const certificate: { readonly cert: string; readonly key: string } = { cert: read("cert"), key: read("key") };
