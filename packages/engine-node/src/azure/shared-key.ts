import { createHmac } from "node:crypto";
import type { HttpRequest } from "../http/http-request.js";

/** The standard headers that are signed, in this order, each on a line of its own. */
const SIGNED = [
  "content-encoding",
  "content-language",
  "content-length",
  "content-md5",
  "content-type",
  "date",
  "if-modified-since",
  "if-match",
  "if-none-match",
  "if-unmodified-since",
  "range",
] as const;

/**
 * Signs a request with the key of its account. All `x-ms-` headers must be there already.
 * Source: "Authorize with Shared Key", Azure Storage REST API, for version 2015-02-21 and later.
 */
export function signSharedKey(request: HttpRequest, account: string, key: Uint8Array): HttpRequest {
  const signature = createHmac("sha256", key).update(stringToSign(request, account), "utf8").digest("base64");
  return { ...request, headers: { ...request.headers, authorization: `SharedKey ${account}:${signature}` } };
}

/** What is signed. */
export function stringToSign({ method, url, headers, body }: HttpRequest, account: string): string {
  // An empty body counts as no length at all.
  const length = body === undefined || body.byteLength === 0 ? "" : String(body.byteLength);
  const standard = SIGNED.map((name) => (name === "content-length" ? length : (headers[name] ?? "").trim()));
  const own = Object.keys(headers)
    .filter((name) => name.startsWith("x-ms-"))
    .sort()
    .map((name) => `${name}:${headers[name]!.trim().replace(/\s+/g, " ")}`);
  return [method, ...standard, ...own, resourceOf(url, account)].join("\n");
}

/** The path as it is sent, and the parameters decoded, by name. */
function resourceOf(url: string, account: string): string {
  const [, path = "/", query = ""] = /^https?:\/\/[^/?]+(\/[^?]*)?(?:\?(.*))?$/.exec(url) ?? [];
  const values = new Map<string, string[]>();
  for (const pair of query.split("&")) {
    if (pair === "") continue;
    const [name = "", value = ""] = pair.split(/=(.*)/s, 2).map(decodeURIComponent);
    const key = name.toLowerCase();
    values.set(key, [...(values.get(key) ?? []), value]);
  }
  const parameters = [...values.keys()].sort().map((name) => `\n${name}:${values.get(name)!.sort().join(",")}`);
  return `/${account}${path}${parameters.join("")}`;
}
