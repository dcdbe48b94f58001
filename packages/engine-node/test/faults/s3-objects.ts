import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Answer, type Asked, refusal, type Upstream, xmlAnswer } from "./answer.js";

interface StoredObject {
  readonly bytes: Uint8Array;
  readonly etag: string;
  readonly modified: Date;
}

/**
 * Objects in memory that answer as S3 does, path-style (`/bucket/key`): GET and HEAD with `Range`, `If-Match` and
 * `If-None-Match`, PUT with `If-None-Match: *`, DELETE, and ListObjectsV2 with prefix, delimiter, `start-after`,
 * continuation, `max-keys` and `encoding-type=url`. Signatures are not looked at.
 */
export class S3Objects {
  readonly #objects = new Map<string, StoredObject>();
  /** Most names in a page of a listing, as of S3 by default. */
  pageSize = 1000;

  /** `path` is `bucket/key`, decoded. */
  put(path: string, bytes: Uint8Array, modified: Date = new Date(1_700_000_000_000)): void {
    const etag = `"${createHash("md5").update(bytes).digest("hex")}"`;
    this.#objects.set(path, { bytes, etag, modified });
  }

  get(path: string): Uint8Array | undefined {
    return this.#objects.get(path)?.bytes;
  }

  delete(path: string): void {
    this.#objects.delete(path);
  }

  paths(): string[] {
    return [...this.#objects.keys()].sort(byBytes);
  }

  /** Puts all files of a folder under `prefix`, `bucket/folder/`. */
  async load(folder: string, prefix: string): Promise<void> {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      this.put(`${prefix}${path.slice(folder.length).replace(/^\//, "")}`, await readFile(path));
    }
  }

  readonly answer: Upstream = (asked: Asked): Answer => {
    const [path = "", query] = asked.target.split("?", 2);
    const parameters = new URLSearchParams(query ?? "");
    const name = decodeURIComponent(path.slice(1));
    if (parameters.get("list-type") === "2") return this.#list(name.replace(/\/$/, ""), parameters);
    switch (asked.method) {
      case "GET":
      case "HEAD":
        return this.#get(name, asked);
      case "PUT":
        return this.#put(name, asked);
      case "DELETE":
        this.delete(name);
        return { status: 204, headers: {}, body: new Uint8Array() };
      default:
        return refusal(405, "MethodNotAllowed", "The specified method is not allowed against this resource.");
    }
  };

  #get(name: string, { headers }: Asked): Answer {
    const object = this.#objects.get(name);
    if (object === undefined) return refusal(404, "NoSuchKey", "The specified key does not exist.");
    const { bytes, etag, modified } = object;
    const ifMatch = headers["if-match"];
    if (ifMatch !== undefined && ifMatch !== etag) {
      return refusal(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold");
    }
    const facts = { etag, "last-modified": modified.toUTCString(), "accept-ranges": "bytes" };
    if (headers["if-none-match"] === etag) return { status: 304, headers: facts, body: new Uint8Array() };
    const range = parseRange(headers.range, bytes.length);
    if (range === "unsatisfiable") {
      const total = { "content-range": `bytes */${bytes.length}` };
      return refusal(416, "InvalidRange", "The requested range is not satisfiable", total);
    }
    if (range === undefined) return { status: 200, headers: facts, body: bytes };
    const [from, to] = range;
    const contentRange = `bytes ${from}-${to - 1}/${bytes.length}`;
    return { status: 206, headers: { ...facts, "content-range": contentRange }, body: bytes.subarray(from, to) };
  }

  #put(name: string, { headers, body }: Asked): Answer {
    if (headers["if-none-match"] === "*" && this.#objects.has(name)) {
      return refusal(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold");
    }
    this.put(name, body, new Date());
    return { status: 200, headers: { etag: this.#objects.get(name)!.etag }, body: new Uint8Array() };
  }

  #list(bucket: string, parameters: URLSearchParams): Answer {
    const prefix = parameters.get("prefix") ?? "";
    const delimiter = parameters.get("delimiter") ?? "";
    const token = parameters.get("continuation-token");
    const after = token === null ? (parameters.get("start-after") ?? "") : Buffer.from(token, "base64url").toString();
    const most = Math.min(Number(parameters.get("max-keys") ?? this.pageSize), this.pageSize);
    const isEncoded = parameters.get("encoding-type") === "url";
    const text = (key: string) => (isEncoded ? urlEncoded(key) : escaped(key));

    const entries: string[] = [];
    const groups = new Set<string>();
    let last = after;
    let isTruncated = false;
    for (const path of this.paths()) {
      if (!path.startsWith(`${bucket}/${prefix}`)) continue;
      const key = path.slice(bucket.length + 1);
      const cut = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
      const group = cut < 0 ? undefined : key.slice(0, cut + delimiter.length);
      if (byBytes(group ?? key, after) <= 0 || (group !== undefined && groups.has(group))) continue;
      if (entries.length === most) {
        isTruncated = true;
        break;
      }
      last = group ?? key;
      if (group === undefined) {
        const { bytes, etag, modified } = this.#objects.get(path)!;
        entries.push(
          `<Contents><Key>${text(key)}</Key><LastModified>${modified.toISOString()}</LastModified>` +
            `<ETag>${etag.replaceAll('"', "&quot;")}</ETag><Size>${bytes.length}</Size>` +
            "<StorageClass>STANDARD</StorageClass></Contents>",
        );
      } else {
        groups.add(group);
        entries.push(`<CommonPrefixes><Prefix>${text(group)}</Prefix></CommonPrefixes>`);
      }
    }
    const next = isTruncated
      ? `<NextContinuationToken>${Buffer.from(last).toString("base64url")}</NextContinuationToken>`
      : "";
    return xmlAnswer(
      200,
      `<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>${bucket}</Name>` +
        `<Prefix>${text(prefix)}</Prefix>${isEncoded ? "<EncodingType>url</EncodingType>" : ""}` +
        `<KeyCount>${entries.length}</KeyCount><MaxKeys>${most}</MaxKeys><IsTruncated>${isTruncated}</IsTruncated>` +
        `${next}${entries.join("")}</ListBucketResult>`,
    );
  }
}

/** `[from, to)`, as far as the object goes; absent where no range is asked for. */
function parseRange(header: string | undefined, size: number): [number, number] | "unsatisfiable" | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
  if (match === null) return undefined;
  const [, first = "", last = ""] = match;
  if (first === "") {
    const length = Number(last);
    return length === 0 || size === 0 ? "unsatisfiable" : [Math.max(0, size - length), size];
  }
  if (Number(first) >= size) return "unsatisfiable";
  return [Number(first), last === "" ? size : Math.min(size, Number(last) + 1)];
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** As S3 encodes keys for `encoding-type=url`: a slash stays, a blank becomes a plus sign. */
function urlEncoded(key: string): string {
  return encodeURIComponent(key).replaceAll("%2F", "/").replaceAll("%20", "+");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
