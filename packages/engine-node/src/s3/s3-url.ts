import { DeltaError } from "@asyncdelta/kernel-core";
import { shownUrl } from "../object-store/shown-url.js";
import type { S3Settings } from "./read-options.js";

/** Bucket and key of a storage URL, decoded. */
export interface S3Location {
  readonly bucket: string;
  /** Without a slash at the start, unless the key itself has one; empty for the bucket. */
  readonly key: string;
}

/** A segment that is `.` or `..`. */
const DOTS = /(?:^|\/)\.{1,2}(?:\/|$)/;

/** Nothing but characters that are not encoded. */
const PLAIN = /^[\w.~/-]*$/;

/**
 * Reads `s3://bucket/key` or `s3a://bucket/key`, percent-encoded.
 *
 * @throws DeltaError `INVALID_ARGUMENT` for anything else
 */
export function parseS3Url(url: string): S3Location {
  const [, bucket, path] = /^s3a?:\/\/([\w.-]+)\/([^?#]*)$/i.exec(url) ?? [];
  if (bucket === undefined || path === undefined) throw invalid(url, "not the URL of an S3 object, s3://bucket/key");
  try {
    const key = path.includes("%") ? decodeURIComponent(path) : path;
    // URLs are taken to pieces on their way, which would make another key of these.
    if (DOTS.test(key)) throw invalid(url, "a key with `.` or `..` between slashes cannot be asked for");
    return { bucket, key };
  } catch (error) {
    if (error instanceof URIError) throw invalid(url, "its percent-encoding cannot be decoded");
    throw error;
  }
}

/** Where a bucket is: an `http(s):` URL that ends in a slash, to which an encoded key is appended. */
export function bucketUrl(bucket: string, region: string, settings: S3Settings): string {
  const { endpoint, pathStyle, s3Express } = settings;
  if (bucket.endsWith("--x-s3") && !s3Express)
    throw new DeltaError(
      "INVALID_ARGUMENT",
      `${bucket} is a directory bucket (S3 Express One Zone), which does not list in order: set s3Express (AWS_S3_EXPRESS).`,
    );
  if (endpoint === undefined) {
    const domain = domainOf(region);
    if (s3Express) return `https://${bucket}.s3express-${zoneOf(bucket)}.${region}.${domain}/`;
    return (pathStyle ?? !isHostName(bucket))
      ? `https://s3.${region}.${domain}/${bucket}/`
      : `https://${bucket}.s3.${region}.${domain}/`;
  }
  if (pathStyle ?? true) return `${endpoint}/${bucket}/`;
  // To delta-rs an endpoint of this style has the bucket in it already, to the SDKs it has not.
  const { protocol, host, pathname } = new URL(endpoint);
  const path = pathname.replace(/\/*$/, "/");
  return host.startsWith(`${bucket}.`) ? `${protocol}//${host}${path}` : `${protocol}//${bucket}.${host}${path}`;
}

/** Percent-encodes a key or query value as signatures have it: all but letters, digits and `-._~`; slashes stay in keys. */
export function encodeKey(key: string): string {
  return PLAIN.test(key) ? key : encodeValue(key).replaceAll("%2F", "/");
}

export function encodeValue(value: string): string {
  return encodeURIComponent(value).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Whether a bucket's name can be one label of a host for which there is a certificate. */
function isHostName(bucket: string): boolean {
  return /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(bucket);
}

/** The domains of AWS's partitions. */
function domainOf(region: string): string {
  if (region.startsWith("cn-")) return "amazonaws.com.cn";
  if (region.startsWith("us-iso-")) return "c2s.ic.gov";
  if (region.startsWith("us-isob-")) return "sc2s.sgov.gov";
  if (region.startsWith("eusc-")) return "amazonaws.eu";
  return "amazonaws.com";
}

/** `use1-az4` of `name--use1-az4--x-s3`. */
function zoneOf(bucket: string): string {
  const zone = /--([a-z0-9-]+)--x-s3$/.exec(bucket)?.[1];
  if (zone !== undefined) return zone;
  throw new DeltaError("INVALID_ARGUMENT", `${bucket} is no directory bucket: their names end in --ZONE--x-s3.`);
}

function invalid(url: string, why: string): DeltaError {
  const path = shownUrl(url);
  return new DeltaError("INVALID_ARGUMENT", `${path}: ${why}.`, { path });
}
