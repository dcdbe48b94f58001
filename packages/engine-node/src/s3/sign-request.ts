import { createHash } from "node:crypto";
import aws4 from "aws4";
import type { HttpRequest } from "../http/http-request.js";
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

const EMPTY: string = createHash("sha256").digest("hex");

/**
 * Signs a request, all of its headers included, by AWS Signature Version 4. Its URL must be encoded as `encodeKey` and
 * `encodeValue` do it: that is what the service makes of it before it compares signatures.
 */
export function signRequest(request: HttpRequest, context: SigningContext): HttpRequest {
  const { credentials, region, service, now } = context;
  const headers: Record<string, string> = {
    ...request.headers,
    "x-amz-date": new Date(now).toISOString().replace(/[-:]|\.\d{3}/g, ""),
    "x-amz-content-sha256": payloadHash(request.body, context.unsignedPayload),
  };
  if (credentials.sessionToken !== undefined) headers["x-amz-security-token"] = credentials.sessionToken;
  const { host, pathname, search } = new URL(request.url);
  const signed = aws4.sign(
    {
      service,
      region,
      method: request.method,
      host,
      path: pathname + search,
      headers: { ...headers, host },
      doNotEncodePath: true,
      extraHeadersToInclude: { range: true },
    },
    credentials,
  );
  return { ...request, headers: { ...headers, authorization: signed.headers.Authorization } };
}

function payloadHash(body: Uint8Array | undefined, unsigned: boolean): string {
  if (body === undefined || body.length === 0) return EMPTY;
  return unsigned ? "UNSIGNED-PAYLOAD" : createHash("sha256").update(body).digest("hex");
}
