import { isDeltaError } from "@asyncdelta/kernel-core";
import { describe, expect, it } from "vitest";
import { identityCredential } from "../dist/azure/azure-identity.js";
import { type AzureOptions, azureService } from "../dist/azure/index.js";
import { signSharedKey, stringToSign } from "../dist/azure/shared-key.js";

const NOW = Date.parse("2026-01-01T00:00:00Z");
const OBJECT = { method: "GET", url: "https://lake.blob.core.windows.net/box/a", headers: {} } as const;
const REFUSED = "<?xml version='1.0'?><Error><Code>AuthenticationFailed</Code>";

function context(now = NOW) {
  return { now, signal: undefined };
}

describe("a shared key", () => {
  it("signs what the service's documents say", () => {
    // The two examples of "Authorize with Shared Key".
    const get = {
      method: "GET",
      url: "https://myaccount.blob.core.windows.net/mycontainer?restype=container&comp=metadata&timeout=20",
      headers: { "x-ms-version": "2015-02-21", "x-ms-date": "Fri, 26 Jun 2015 23:39:12 GMT" },
    } as const;
    expect(stringToSign(get, "myaccount")).toBe(
      "GET\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:Fri, 26 Jun 2015 23:39:12 GMT\nx-ms-version:2015-02-21\n/myaccount/mycontainer\ncomp:metadata\nrestype:container\ntimeout:20",
    );
    const put = {
      method: "PUT",
      url: "https://myaccount.blob.core.windows.net/box/a%20b",
      headers: {
        "if-none-match": "*",
        range: "bytes=0-1",
        "x-ms-blob-type": "BlockBlob",
        "content-type": "text/plain",
      },
      body: new Uint8Array(11),
    } as const;
    expect(stringToSign(put, "myaccount")).toBe(
      "PUT\n\n\n11\n\ntext/plain\n\n\n\n*\n\nbytes=0-1\nx-ms-blob-type:BlockBlob\n/myaccount/box/a%20b",
    );
    expect(stringToSign({ ...put, body: new Uint8Array(0) }, "a").split("\n")[3]).toBe("");
  });

  it("decodes parameters, and puts them in order", () => {
    const { url } = { url: "https://a.blob.core.windows.net/box?prefix=a%20b%2Fc&Comp=list&marker=2%3D%21&x=" };
    expect(stringToSign({ method: "GET", url, headers: {} }, "a").split("\n").slice(12)).toEqual([
      "/a/box",
      "comp:list",
      "marker:2=!",
      "prefix:a b/c",
      "x:",
    ]);
  });

  it("is not in the request, only what it has signed", () => {
    const signed = signSharedKey(OBJECT, "lake", Buffer.from("hidden"));
    expect(signed.headers.authorization).toMatch(/^SharedKey lake:[A-Za-z0-9+/]{43}=$/);
    expect(JSON.stringify(signed)).not.toContain("hidden");
  });

  it("signs by the server's time", async () => {
    const { authorize } = azureService({ accountName: "lake", accountKey: "aGlkZGVu" }, {});
    const { headers } = await authorize(OBJECT, context(Date.parse("2020-02-02T02:02:02Z")));
    expect(headers["x-ms-date"]).toBe("Sun, 02 Feb 2020 02:02:02 GMT");
  });

  it("is told from a wrong clock", async () => {
    const { authorize, classify } = azureService({ accountName: "lake", accountKey: "aGlkZGVu" }, {});
    await authorize(OBJECT, context());
    const late = `${REFUSED}<Message>M</Message><AuthenticationErrorDetail>Request date header too old: 'x'</AuthenticationErrorDetail></Error>`;
    const headers = { date: new Date(NOW).toUTCString(), "x-ms-error-code": "AuthenticationFailed" };
    expect(classify(403, headers, late).kind).toBe("skewed");
    expect(classify(403, headers, `${REFUSED}<Message>M</Message></Error>`).kind).toBe("denied");
    // Of an answer to HEAD nothing but the headers is there.
    expect(classify(403, headers, "").kind).toBe("denied");
    expect(classify(403, { ...headers, date: new Date(NOW + 3_600_000).toUTCString() }, "").kind).toBe("skewed");
  });
});

describe("a shared access signature", () => {
  const query = "sp=rl&se=2026-06-01T00%3A00%3A00Z&sig=ab%2Bc%2Fd%3D";

  it.each([query, `?${query}`, "sp=rl&se=2026-06-01T00:00:00Z&sig=ab+c/d="])(
    "is added to the query, encoded once: %s",
    async (sasToken) => {
      const { authorize } = azureService({ sasToken }, {});
      const signed = await authorize(OBJECT, context());
      expect(signed.url).toBe(`${OBJECT.url}?${query}`);
      expect((await authorize({ ...OBJECT, url: `${OBJECT.url}?comp=list` }, context())).url).toBe(
        `${OBJECT.url}?comp=list&${query}`,
      );
      expect(signed.headers.authorization).toBeUndefined();
    },
  );

  it("that has ended is denied, and said so; one from a function is fetched anew", async () => {
    const ended = `${REFUSED}<Message>Server failed to authenticate the request.\nRequestId:1</Message><AuthenticationErrorDetail>Signature not valid in the specified time frame: Start [x] - Expiry [y] - Current [z]</AuthenticationErrorDetail></Error>`;
    const fixed = azureService({ sasToken: query }, {});
    expect(fixed.classify(403, {}, ended)).toMatchObject({ kind: "denied", message: "the SAS token has expired" });
    await fixed.authorize(OBJECT, context());
    const after = { "x-ms-error-code": "AuthenticationFailed", date: "Mon, 01 Jun 2026 00:00:01 GMT" };
    expect(fixed.classify(403, after, "").message).toBe("the SAS token has expired");
    let calls = 0;
    const renewed = azureService({ sasToken: async () => `sig=${++calls}` }, {});
    expect(renewed.classify(403, {}, ended).kind).toBe("expired");
    const [first] = await Promise.all([1, 2, 3].map(() => renewed.authorize(OBJECT, context())));
    expect(first!.url).toBe(`${OBJECT.url}?sig=1`);
    await renewed.renew(undefined, first);
    // A late refusal of the old one.
    await renewed.renew(undefined, first);
    expect((await renewed.authorize(OBJECT, context())).url).toBe(`${OBJECT.url}?sig=2`);
  });

  it("is not shown where the service repeats it", async () => {
    const { authorize, classify } = azureService({ sasToken: query }, {});
    await authorize(OBJECT, context());
    const body = `${REFUSED}<Message>Wrong: ${OBJECT.url}?${query.replaceAll("&", "&amp;")} ab+c/d= Bearer abc</Message></Error>`;
    expect(JSON.stringify(classify(400, {}, body))).not.toMatch(/ab%2Bc|ab\+c|Bearer abc/);
  });
});

describe("a token", () => {
  it("is fetched once for many requests, for the service's audience, and again ahead of its end", async () => {
    const scopes: unknown[] = [];
    const credential = {
      async getToken(scope: string | string[]) {
        scopes.push(scope);
        return { token: `token${scopes.length}`, expiresOnTimestamp: NOW + 3_600_000 * scopes.length };
      },
    };
    const { authorize } = azureService({ credential }, {});
    const signed = await Promise.all(Array.from({ length: 20 }, () => authorize(OBJECT, context())));
    expect(new Set(signed.map(({ headers }) => headers.authorization))).toEqual(new Set(["Bearer token1"]));
    expect(scopes).toEqual(["https://storage.azure.com/.default"]);
    await authorize(OBJECT, context(NOW + 3_599_000));
    await new Promise((resolve) => setImmediate(resolve));
    expect((await authorize(OBJECT, context(NOW + 3_599_000))).headers.authorization).toBe("Bearer token2");
  });

  it("that is refused is renewed where it can be", () => {
    const answer = [401, { "x-ms-error-code": "InvalidAuthenticationInfo" }, ""] as const;
    const credential = { getToken: async () => ({ token: "t", expiresOnTimestamp: NOW }) };
    expect(azureService({ credential }, {}).classify(...answer).kind).toBe("expired");
    expect(azureService({ bearerToken: "t" }, {}).classify(...answer)).toMatchObject({
      kind: "denied",
      message: "the bearer token has expired",
    });
    expect(azureService({ anonymous: true }, {}).classify(401, {}, "").kind).toBe("denied");
  });

  it.each([null, { token: "" }])("that a provider does not give is an error: %o", async (token) => {
    const credential = { getToken: async () => token as never };
    const { authorize } = azureService({ credential }, {});
    await expect(authorize(OBJECT, context())).rejects.toMatchObject({ code: "ACCESS_DENIED" });
  });

  it("comes from @azure/identity, of the kind that the options say", async () => {
    const made: unknown[] = [];
    const make = (name: string) =>
      class {
        constructor(...args: unknown[]) {
          made.push([name, ...args]);
        }
        getToken = async () => ({ token: name, expiresOnTimestamp: 0 });
      };
    const names = [
      "DefaultAzureCredential",
      "ClientSecretCredential",
      "WorkloadIdentityCredential",
      "ManagedIdentityCredential",
      "AzureCliCredential",
    ] as const;
    const load = async () => Object.fromEntries(names.map((name) => [name, make(name)])) as never;
    const tokenOf = async (options: AzureOptions) => (await identityCredential(options, load).getToken("s"))!.token;
    expect(await tokenOf({})).toBe("DefaultAzureCredential");
    expect(await tokenOf({ tenantId: "t", clientId: "c", clientSecret: "s" })).toBe("ClientSecretCredential");
    expect(await tokenOf({ tenantId: "t", federatedTokenFile: "f" })).toBe("WorkloadIdentityCredential");
    expect(await tokenOf({ objectId: "o" })).toBe("ManagedIdentityCredential");
    expect(await tokenOf({ useAzureCli: true })).toBe("AzureCliCredential");
    expect(made[1]).toEqual(["ClientSecretCredential", "t", "c", "s", {}]);
    expect(made[3]).toEqual(["ManagedIdentityCredential", { objectId: "o" }]);
  });

  it("that nobody can give names what to give, or to install", async () => {
    const missing = () =>
      Promise.reject(
        Object.assign(new Error("Cannot find package '@azure/identity' imported from here"), {
          code: "ERR_MODULE_NOT_FOUND",
        }),
      );
    const error = await identityCredential({}, missing)
      .getToken("s")
      .catch((caught: unknown) => caught);
    expect(isDeltaError(error, "ACCESS_DENIED")).toBe(true);
    expect((error as Error).message).toMatch(/accountKey.*sasToken.*install @azure\/identity/);
    const given = await identityCredential({ tenantId: "t", clientId: "c", clientSecret: "s" }, missing)
      .getToken("s")
      .catch((caught: unknown) => caught);
    expect(isDeltaError(given, "ACCESS_DENIED")).toBe(true);
    expect((given as Error).message).toMatch(
      /^The Azure identity that was given needs .*"npm install @azure\/identity"/,
    );
  });
});
