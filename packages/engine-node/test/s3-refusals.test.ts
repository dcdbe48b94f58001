import { describe, expect, it } from "vitest";
import type { RefusalKind } from "../dist/http/http-call.js";
import type { HttpRequest } from "../dist/http/http-request.js";
import { s3Service } from "../dist/s3/index.js";

const keys = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "hidden", sessionToken: "token==" };
const now = Date.UTC(2024, 0, 1);
const get: HttpRequest = { method: "GET", url: "https://lake.s3.us-east-1.amazonaws.com/a", headers: {} };
const context = { now, signal: undefined };

function errorBody(code: string, message = "Some words.", more = ""): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message>${more}</Error>`;
}

function changing(options: Record<string, unknown> = {}) {
  let calls = 0;
  const credentials = async () => ({ ...keys, accessKeyId: `KEY${++calls}` });
  return { service: s3Service({ credentials, ...options }, {}), calls: () => calls };
}

describe("what an S3 store refuses", () => {
  it.each<[number, string, RefusalKind]>([
    [404, "NoSuchKey", "absent"],
    [404, "NoSuchBucket", "absent"],
    [404, "", "absent"],
    [404, "NoSuchTenant", "failed"],
    [404, "XAdminUserNotFound", "expired"],
    [403, "AccessDenied", "denied"],
    [403, "SignatureDoesNotMatch", "denied"],
    [401, "", "denied"],
    [412, "PreconditionFailed", "precondition"],
    [412, "", "precondition"],
    [416, "InvalidRange", "range"],
    [409, "ConditionalRequestConflict", "conflict"],
    [409, "OperationAborted", "conflict"],
    [409, "BucketAlreadyExists", "failed"],
    [403, "RequestTimeTooSkewed", "skewed"],
    [400, "ExpiredToken", "expired"],
    [403, "ExpiredToken", "expired"],
    [400, "InvalidToken", "expired"],
    [403, "InvalidAccessKeyId", "expired"],
    [403, "RequestExpired", "expired"],
    [503, "SlowDown", "throttled"],
    [503, "ServiceUnavailable", "throttled"],
    [503, "", "throttled"],
    [429, "", "throttled"],
    [400, "RequestTimeout", "transient"],
    [500, "InternalError", "transient"],
    [500, "", "transient"],
    [502, "", "transient"],
    [504, "", "transient"],
    [501, "NotImplemented", "failed"],
    [400, "InvalidArgument", "failed"],
    [400, "constructor", "failed"],
    [304, "", "failed"],
  ])("%i %s is %s", (status, code, kind) => {
    const refusal = changing().service.classify(status, {}, code === "" ? "" : errorBody(code));
    expect(refusal.kind).toBe(kind);
    expect(refusal.code).toBe(code === "" ? undefined : code);
    expect(refusal.message).toBe(code === "" ? undefined : "Some words.");
  });

  it("is not asked again with keys that never change", () => {
    const service = s3Service(keys, {});
    expect(service.classify(400, {}, errorBody("ExpiredToken")).kind).toBe("denied");
    expect(service.classify(403, {}, errorBody("InvalidAccessKeyId")).kind).toBe("denied");
    expect(service.classify(400, {}, "").kind).toBe("failed");
  });

  it.each([
    ["a proxy's page", "<html><body>Bad Gateway</body></html>"],
    ["half a body", "<Error><Code>NoSuch"],
    ["text", "no"],
    ["other XML", "<?xml version='1.0'?><Oops/>"],
  ])("counts by its status where the body is %s", (_, body) => {
    expect(changing().service.classify(502, {}, body)).toEqual({
      kind: "transient",
      code: undefined,
      message: undefined,
    });
  });

  it("shows no secret that the store repeats", async () => {
    const service = s3Service(keys, {});
    await service.authorize(get, context);
    const body = errorBody(
      "SignatureDoesNotMatch",
      "The signature of AKIDEXAMPLE with token== is wrong.",
      "<AWSAccessKeyId>AKIDEXAMPLE</AWSAccessKeyId><StringToSign>token==</StringToSign><SignatureProvided>5ec7e7</SignatureProvided>",
    );
    const shown = JSON.stringify(service.classify(403, {}, body));
    expect(shown).toContain("SignatureDoesNotMatch");
    for (const secret of ["AKIDEXAMPLE", "hidden", "token==", "5ec7e7"]) expect(shown).not.toContain(secret);
  });

  it("is a matter of clocks where HEAD is refused by a server that has another time", async () => {
    const { service } = changing();
    await service.authorize({ ...get, method: "HEAD" }, context);
    const dated = (ms: number) => ({ date: new Date(ms).toUTCString() });
    expect(service.classify(403, dated(now + 20 * 60_000), "").kind).toBe("skewed");
    expect(service.classify(403, dated(now + 60_000), "").kind).toBe("denied");
    await service.authorize({ ...get, method: "HEAD" }, { now: now + 20 * 60_000, signal: undefined });
    expect(service.classify(403, dated(now + 20 * 60_000), "").kind).toBe("denied");
  });

  it("may be expired credentials where HEAD is a bad request", () => {
    expect(changing().service.classify(400, {}, "").kind).toBe("expired");
  });
});

describe("a bucket in another region", () => {
  const moved = errorBody("PermanentRedirect");
  const malformed = errorBody(
    "AuthorizationHeaderMalformed",
    "the region 'us-east-1' is wrong",
    "<Region>eu-west-1</Region>",
  );

  it.each([
    ["301", 301, { "x-amz-bucket-region": "eu-west-1" }, moved],
    ["301 to HEAD", 301, { "x-amz-bucket-region": "eu-west-1" }, ""],
    ["307", 307, { "x-amz-bucket-region": "eu-west-1" }, errorBody("TemporaryRedirect")],
    ["400 with the region in its body", 400, {}, malformed],
  ])("is found by %s where nobody named one", async (_, status, headers, body) => {
    const service = s3Service(keys, {});
    const request: HttpRequest = { ...get, url: service.objectUrl("s3://lake/a") };
    expect((await service.authorize(request, context)).url).toBe("https://lake.s3.us-east-1.amazonaws.com/a");
    expect(service.classify(status, headers, body).kind).toBe("transient");
    const again = await service.authorize(request, context);
    expect(again.url).toBe("https://lake.s3.eu-west-1.amazonaws.com/a");
    expect(again.headers.authorization).toContain("/eu-west-1/s3/aws4_request");
    expect(service.objectUrl("s3://lake/b")).toBe("https://lake.s3.eu-west-1.amazonaws.com/b");
    const dotted = { ...get, url: "https://s3.us-east-1.amazonaws.com/my.lake/s3.us-east-1.amazonaws.com" };
    expect((await service.authorize(dotted, context)).url).toBe(
      "https://s3.eu-west-1.amazonaws.com/my.lake/s3.us-east-1.amazonaws.com",
    );
  });

  it.each([[{ region: "us-east-1" }], [{ endpoint: "https://s3.test" }]])(
    "is named where %o says otherwise",
    (options) => {
      const service = s3Service({ ...keys, ...options }, {});
      const refusal = service.classify(301, { "x-amz-bucket-region": "eu-west-1" }, moved);
      expect(refusal.kind).toBe("failed");
      expect(refusal.hint).toBe("the region eu-west-1");
    },
  );

  it("is not believed to be what is no region", () => {
    const refusal = s3Service(keys, {}).classify(301, { "x-amz-bucket-region": "evil.test/" }, moved);
    expect(refusal.kind).toBe("failed");
    expect(refusal.hint).toBeUndefined();
  });
});

describe("credentials that a provider gives", () => {
  it("sign until they are refused, and are renewed once for all requests that they signed", async () => {
    const { service, calls } = changing();
    const [first, second] = await Promise.all([service.authorize(get, context), service.authorize(get, context)]);
    expect(first.headers.authorization).toContain("Credential=KEY1/");
    await Promise.all([service.renew(undefined, first), service.renew(undefined, second)]);
    await service.renew(undefined, second);
    expect(calls()).toBe(2);
    expect((await service.authorize(get, context)).headers.authorization).toContain("Credential=KEY2/");
    await service.renew(undefined);
    expect(calls()).toBe(3);
  });

  it("bring their session token, and requests the header for who pays", async () => {
    const { service } = changing({ requestPayer: true });
    const { headers } = await service.authorize(get, context);
    expect(headers["x-amz-security-token"]).toBe("token==");
    expect(headers["x-amz-request-payer"]).toBe("requester");
    expect(headers.authorization).toContain("x-amz-request-payer;x-amz-security-token");
  });

  it("are not looked for by requests that are not signed", async () => {
    const service = s3Service({ anonymous: true }, { AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b" });
    expect(await service.authorize(get, context)).toEqual(get);
  });
});

describe("conditions of S3", () => {
  const service = s3Service({ anonymous: true }, {});

  it("are put in headers", () => {
    expect(service.ifMatch(get, '"e1"').headers).toEqual({ "if-match": '"e1"' });
    expect(service.ifAbsent!(get).headers).toEqual({ "if-none-match": "*" });
  });

  it("need an etag that is strong and not empty", () => {
    expect(service.etagOf({ etag: '"e1"' })).toBe('"e1"');
    expect(service.etagOf({ etag: "e1" })).toBe('"e1"');
    expect([{}, { etag: "" }, { etag: '""' }, { etag: 'W/"e1"' }].map((headers) => service.etagOf(headers))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
