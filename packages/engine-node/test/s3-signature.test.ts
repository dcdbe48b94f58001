import { createHash, createHmac } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";
import aws4 from "aws4";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HttpRequest } from "../dist/http/http-request.js";
import { encodeKey, encodeValue } from "../dist/s3/s3-url.js";
import { requestSigner, type SigningContext } from "../dist/s3/sign-request.js";

/** Of the examples in "Authenticating Requests: Using the Authorization Header" of the Amazon S3 API Reference. */
const keys = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };
const example: SigningContext = {
  credentials: keys,
  region: "us-east-1",
  service: "s3",
  now: Date.UTC(2013, 4, 24),
  unsignedPayload: false,
};
const host = "https://examplebucket.s3.amazonaws.com";
/** One for all tests: what it keeps of one request must not show in another. */
const signRequest = requestSigner();

function signatureOf(request: HttpRequest, context = example): string {
  return /Signature=([0-9a-f]{64})$/.exec(signRequest(request, context).headers.authorization!)![1]!;
}

describe("a signature is what AWS's own examples have", () => {
  it("for a range of an object", () => {
    const request: HttpRequest = { method: "GET", url: `${host}/test.txt`, headers: { range: "bytes=0-9" } };
    expect(signatureOf(request)).toBe("f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
    expect(signRequest(request, example).headers.authorization).toContain(
      "Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,",
    );
  });

  it("for an object that is written", () => {
    const request: HttpRequest = {
      method: "PUT",
      url: `${host}/${encodeKey("test$file.text")}`,
      headers: { date: "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY" },
      body: new TextEncoder().encode("Welcome to Amazon S3."),
    };
    expect(signatureOf(request)).toBe("98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
  });

  it("for a parameter without a value", () => {
    const request: HttpRequest = { method: "GET", url: `${host}/?lifecycle`, headers: {} };
    expect(signatureOf(request)).toBe("fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
  });

  it("for a listing", () => {
    const request: HttpRequest = { method: "GET", url: `${host}/?max-keys=2&prefix=J`, headers: {} };
    expect(signatureOf(request)).toBe("34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
  });
});

/** SHA-256 in the form that AWS's signer takes. */
class Sha256 {
  readonly #hash: { update(data: Uint8Array | string): unknown; digest(): Uint8Array };

  constructor(secret?: string | Uint8Array) {
    this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", secret);
  }

  update(data: Uint8Array | string): void {
    this.#hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return new Uint8Array(this.#hash.digest());
  }

  reset(): void {}
}

/** Text that is hard to encode. */
const odd = fc.constantFrom(
  " ",
  "+",
  "%",
  "=",
  "//",
  "&",
  "?",
  "#",
  "~",
  "*",
  "'",
  "(",
  "!",
  ":",
  ";",
  "@",
  "$",
  ",",
  "|",
  "\\",
  '"',
  "<",
  "ü",
  "日",
  "😀",
  "%2F",
  "a.b",
);
const text = fc.array(fc.oneof(odd, fc.string({ maxLength: 5 })), { maxLength: 8 }).map((parts) => parts.join(""));

describe("a signature is what AWS's JavaScript signer makes", () => {
  it("for keys and values of any characters, any token, both services", async () => {
    await fc.assert(
      fc.asyncProperty(
        text.filter((key) => !key.split("/").some((part) => part === "." || part === "..")),
        text,
        fc.option(fc.base64String({ minLength: 20 }), { nil: undefined }),
        fc.constantFrom("s3", "s3express") as fc.Arbitrary<"s3" | "s3express">,
        async (key, value, sessionToken, service) => {
          // Directory buckets have no keys with an empty directory in them.
          const path = `/bucket/${encodeKey(service === "s3" ? key : key.replaceAll(/\/\/+/g, "/").replace(/^\//, ""))}`;
          const search = `?list-type=2&prefix=${encodeValue(value)}&start-after=${encodeValue(key)}`;
          const credentials = { ...keys, sessionToken };
          const request: HttpRequest = {
            method: "GET",
            url: `https://s3.test:9000${path}${search}`,
            headers: { range: "bytes=5-9", "if-match": '"abc"' },
          };
          const signed = signRequest(request, { ...example, credentials, service });
          const { authorization, ...headers } = signed.headers;
          const theirs = new SignatureV4({
            credentials: { ...keys, ...(sessionToken === undefined ? {} : { sessionToken }) },
            region: "us-east-1",
            service,
            sha256: Sha256 as never,
            uriEscapePath: false,
            applyChecksum: false,
          });
          const expected = await theirs.sign(
            {
              method: "GET",
              protocol: "https:",
              hostname: "s3.test",
              path,
              query: { "list-type": "2", prefix: value, "start-after": key },
              headers: { ...headers, host: "s3.test:9000" },
            },
            { signingDate: new Date(example.now) },
          );
          expect(authorization).toBe(expected.headers.authorization);
        },
      ),
      { seed: 7, numRuns: 500 },
    );
  });
});

describe("a signature is what aws4 makes", () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/).map((end) => `x-amz-meta-${end}`);
  const value = fc.stringMatching(/^[!-~]{0,8}(?:[ \t]{1,3}[!-~]{1,8}){0,3}[ ]{0,2}$/);

  it("for any method, headers, parameters, body, day, region and keys", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("GET", "HEAD", "PUT", "DELETE") as fc.Arbitrary<HttpRequest["method"]>,
        fc.constantFrom("http://localhost:9000/bucket/", "https://bucket.s3.eu-west-1.amazonaws.com/", "https://h/"),
        text.filter((key) => !key.split("/").some((part) => part === "." || part === "..")),
        fc.uniqueArray(fc.tuple(fc.stringMatching(/^[a-z-]{1,9}$/), text), { selector: ([key]) => key, maxLength: 4 }),
        fc.dictionary(name, value, { maxKeys: 4 }),
        fc.option(fc.uint8Array({ maxLength: 40 }), { nil: undefined }),
        fc.date({ min: new Date(Date.UTC(2000, 0)), max: new Date(Date.UTC(2099, 0)), noInvalidDate: true }),
        fc.constantFrom("us-east-1", "eu-west-1"),
        fc.constantFrom(keys, { accessKeyId: "B", secretAccessKey: "/+=", sessionToken: "t+/=" }),
        (method, start, key, parameters, headers, body, date, region, credentials) => {
          const search = parameters.map(([name, value]) => `${name}=${encodeValue(value)}`).join("&");
          const url = `${start}${encodeKey(key)}${search === "" ? "" : `?${search}`}`;
          const request: HttpRequest = { method, url, headers: { ...headers, range: "bytes=0-9" }, body };
          const context = { ...example, credentials, region, now: date.getTime() };
          const { authorization, ...signed } = signRequest(request, context).headers;
          const { host, pathname } = new URL(start);
          const theirs = aws4.sign(
            {
              service: "s3",
              region,
              method,
              host,
              path: pathname + url.slice(start.length),
              headers: { ...signed, host },
              doNotEncodePath: true,
              extraHeadersToInclude: { range: true },
            },
            credentials,
          );
          expect(authorization).toBe(theirs.headers.Authorization);
        },
      ),
      { seed: 11, numRuns: 1000 },
    );
  });
});

describe("a request that is signed", () => {
  const put: HttpRequest = { method: "PUT", url: `${host}/a`, headers: {}, body: new Uint8Array([1, 2, 3]) };

  it("keeps its URL, method and body, and says the hash of the body or that it is not signed", () => {
    const signed = signRequest(put, example);
    expect([signed.url, signed.method, signed.body]).toEqual([put.url, put.method, put.body]);
    expect(signed.headers["x-amz-content-sha256"]).toBe(createHash("sha256").update(put.body!).digest("hex"));
    const unsigned = signRequest(put, { ...example, unsignedPayload: true });
    expect(unsigned.headers["x-amz-content-sha256"]).toBe("UNSIGNED-PAYLOAD");
  });

  it("is signed with the time it is told, and other keys on another day", () => {
    const later = signRequest(put, { ...example, now: Date.UTC(2013, 4, 25, 1, 2, 3, 4) });
    expect(later.headers["x-amz-date"]).toBe("20130525T010203Z");
    expect(later.headers.authorization).toContain("/20130525/us-east-1/s3/aws4_request");
  });
});
