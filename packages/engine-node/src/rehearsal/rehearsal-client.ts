import { HttpAnswer } from "../http/http-answer.js";
import { type HttpClient, HttpRefusal } from "../http/http-call.js";
import type { HttpHeaders, HttpRequest } from "../http/http-request.js";
import { ResponseBody, type Wire } from "../http/response-body.js";

/** Everything is here at once, and nothing can be stopped. */
const WIRE: Wire = {
  pause() {},
  resume() {},
  destroy() {},
  broken: (cause) => cause as Error,
  done() {},
};

const ETAG = '"1"';
const DATE = "2024-01-01T00:00:00.000Z";

/**
 * A client of a server that answers as S3 does, and has these objects alone, by name, in one folder. It gives the event loop a turn before each answer:
 * the answers of others come first. Once `isOver` says so, it answers no more, and whoever waits for it is forgotten.
 */
export function rehearsalClient(objects: ReadonlyMap<string, Uint8Array>, isOver: () => boolean): HttpClient {
  return {
    async send(call) {
      const request = await call.prepare({ index: 0, now: Date.parse(DATE), signal: call.signal });
      await new Promise<void>((resolve) => {
        setImmediate(() => {
          if (!isOver()) resolve();
        });
      });
      const { status, headers, bytes } = answerTo(request, objects);
      if (status >= 300) {
        throw new HttpRefusal(call.classify(status, headers, new TextDecoder().decode(bytes)), status, headers, 1);
      }
      const body = new ResponseBody(WIRE, bytes.length);
      if (bytes.length > 0) body.push(bytes);
      body.end();
      return new HttpAnswer({ status, headers, body }, request.url, 1);
    },
    now: () => Date.parse(DATE),
    measured: () => ({ firstByteMs: 1, bytesPerMs: 1 }),
    close: async () => {},
  };
}

interface RehearsedAnswer {
  readonly status: number;
  readonly headers: HttpHeaders;
  readonly bytes: Uint8Array;
}

function answerTo({ method, url, headers }: HttpRequest, objects: ReadonlyMap<string, Uint8Array>): RehearsedAnswer {
  if (method !== "GET" && method !== "HEAD") return errorAnswer(405, "MethodNotAllowed");
  const { pathname, searchParams } = new URL(url);
  const prefix = searchParams.get("prefix");
  if (prefix !== null) return answer(200, {}, Buffer.from(listing(prefix, objects)));
  const whole = objects.get(pathname.slice(pathname.lastIndexOf("/") + 1));
  if (whole === undefined) return errorAnswer(404, "NoSuchKey");
  const common = { etag: ETAG, "last-modified": new Date(DATE).toUTCString() };
  const range = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? "");
  if (range === null) return answer(200, common, whole, method);
  const [start, end] = [Number(range[1]), range[2] === "" ? whole.length : Number(range[2]) + 1];
  const part = whole.subarray(start, end);
  const place = `bytes ${start}-${start + part.length - 1}/${whole.length}`;
  return answer(206, { ...common, "content-range": place }, part, method);
}

function answer(status: number, headers: HttpHeaders, bytes: Uint8Array, method = "GET"): RehearsedAnswer {
  const length = { "content-length": String(bytes.length) };
  return { status, headers: { ...headers, ...length }, bytes: method === "HEAD" ? new Uint8Array(0) : bytes };
}

function errorAnswer(status: number, code: string): RehearsedAnswer {
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>No.</Message></Error>`;
  return answer(status, { "content-type": "application/xml" }, Buffer.from(text));
}

function listing(prefix: string, objects: ReadonlyMap<string, Uint8Array>): string {
  const names = [...objects.keys()].sort();
  const contents = names.map((name) => {
    const size = objects.get(name)!.length;
    const facts = `<LastModified>${DATE}</LastModified><ETag>${ETAG.replaceAll('"', "&quot;")}</ETag><Size>${size}</Size>`;
    return `<Contents><Key>${encodeURIComponent(prefix + name)}</Key>${facts}<StorageClass>STANDARD</StorageClass></Contents>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>rehearsal</Name><Prefix>${encodeURIComponent(prefix)}</Prefix><KeyCount>${names.length}</KeyCount><MaxKeys>1000</MaxKeys><Delimiter>%2F</Delimiter><EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>${contents.join("")}</ListBucketResult>`;
}
