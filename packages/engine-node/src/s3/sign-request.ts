import { createHmac, hash } from "node:crypto";
import type { HttpRequest } from "../http/http-request.js";
import { splitUrl } from "../http/split-url.js";
import type { S3Credentials } from "./s3-options.js";

export interface SigningContext {
  readonly credentials: S3Credentials;
  readonly region: string;
  /** `s3express` for directory buckets. */
  readonly service: "s3" | "s3express";
  /** Milliseconds since 1970-01-01 UTC by the server's clock. */
  readonly now: number;
  /** Whether the body is left out of the signature. */
  readonly unsignedPayload: boolean;
}

/** Signs requests of one store. */
export type RequestSigner = (request: HttpRequest, context: SigningContext) => HttpRequest;

/** What all signatures of one day, region and service with one secret have in common. */
interface DayKey {
  readonly secret: string;
  /** `20130524/us-east-1/s3/aws4_request` */
  readonly scope: string;
  readonly key: Buffer;
}

const ALGORITHM = "AWS4-HMAC-SHA256";
const EMPTY: string = hash("sha256", "");

/**
 * Makes a signer by AWS Signature Version 4 ("Signature Calculations for the Authorization Header" of the Amazon S3 API
 * Reference). All headers of a request are signed. Its URL must be encoded as `encodeKey` and `encodeValue` do it: that is what
 * the service makes of it before it compares signatures. The key is derived once a day.
 */
export function requestSigner(): RequestSigner {
  let time = { second: Number.NaN, text: "" };
  let day: DayKey | undefined;
  return (request, { credentials, region, service, now, unsignedPayload }) => {
    const second = Math.floor(now / 1000);
    if (second !== time.second) time = { second, text: basicTime(now) };
    const scope = `${time.text.slice(0, 8)}/${region}/${service}/aws4_request`;
    if (day?.scope !== scope || day.secret !== credentials.secretAccessKey) day = dayKey(credentials, scope);

    const { host, target } = splitUrl(request.url);
    const payload = payloadHash(request.body, unsignedPayload);
    const headers: Record<string, string> = {
      ...request.headers,
      "x-amz-date": time.text,
      "x-amz-content-sha256": payload,
    };
    if (credentials.sessionToken !== undefined) headers["x-amz-security-token"] = credentials.sessionToken;
    const names = ["host", ...Object.keys(headers)].sort();
    let lines = "";
    for (const name of names) lines += `${name}:${name === "host" ? host : oneLine(headers[name]!)}\n`;
    const signed = names.join(";");
    const query = target.indexOf("?");
    const path = query < 0 ? target : target.slice(0, query);
    const search = query < 0 ? "" : canonicalQuery(target.slice(query + 1));
    const canonical = `${request.method}\n${path}\n${search}\n${lines}\n${signed}\n${payload}`;
    const text = `${ALGORITHM}\n${time.text}\n${scope}\n${hash("sha256", canonical)}`;
    const signature = createHmac("sha256", day.key).update(text).digest("hex");
    headers.authorization = `${ALGORITHM} Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${signed}, Signature=${signature}`;
    return { ...request, headers };
  };
}

/** `20130524T000000Z` */
function basicTime(now: number): string {
  return new Date(now).toISOString().replace(/[-:]|\.\d{3}/g, "");
}

function dayKey({ secretAccessKey }: S3Credentials, scope: string): DayKey {
  let key: Buffer = Buffer.from(`AWS4${secretAccessKey}`);
  for (const part of scope.split("/")) key = createHmac("sha256", key).update(part).digest();
  return { secret: secretAccessKey, scope, key };
}

/** Parameters in the order of their names, those without a value with an empty one. */
function canonicalQuery(query: string): string {
  return query
    .split("&")
    .map((parameter) => {
      const at = parameter.indexOf("=");
      return at < 0 ? ([parameter, ""] as const) : ([parameter.slice(0, at), parameter.slice(at + 1)] as const);
    })
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function oneLine(value: string): string {
  return value.trim().replace(/\s+/g, " ");
}

function payloadHash(body: Uint8Array | undefined, unsigned: boolean): string {
  if (body === undefined || body.length === 0) return EMPTY;
  return unsigned ? "UNSIGNED-PAYLOAD" : hash("sha256", body);
}
