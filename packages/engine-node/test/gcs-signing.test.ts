import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeltaError } from "@asyncdelta/kernel-core";
import { GoogleAuth, OAuth2Client } from "google-auth-library";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { googleAuthClient } from "../dist/gcs/google-auth.js";
import { type GcsOptions, gcsService } from "../dist/gcs/index.js";

const NOW = Date.parse("2026-01-01T00:00:00Z");
const OBJECT = { method: "GET", url: "https://storage.googleapis.com/box/a", headers: {} } as const;

async function headersOf(options: GcsOptions, now = NOW): Promise<Readonly<Record<string, string>>> {
  return (await gcsService(options, {}).authorize(OBJECT, { now, signal: undefined })).headers;
}

describe("a Google token", () => {
  it("is added to every request, with the project that pays", async () => {
    expect(await headersOf({ accessToken: "t", userProject: "p" })).toEqual({
      authorization: "Bearer t",
      "x-goog-user-project": "p",
    });
    expect(await headersOf({ anonymous: true })).toEqual({});
  });

  it("comes once for many requests from a function, and again after a refusal of that one", async () => {
    let calls = 0;
    const provider = async () => ({ token: `t${++calls}`, expiration: new Date(NOW + 3_600_000) });
    const service = gcsService({ accessToken: provider }, {});
    const context = { now: NOW, signal: undefined };
    const signed = await Promise.all(Array.from({ length: 20 }, () => service.authorize(OBJECT, context)));
    expect(new Set(signed.map(({ headers }) => headers.authorization))).toEqual(new Set(["Bearer t1"]));
    await Promise.all(signed.map((refused) => service.renew(undefined, refused)));
    expect((await service.authorize(OBJECT, context)).headers.authorization).toBe("Bearer t2");
    expect(service.classify(401, {}, "").kind).toBe("expired");
    expect(gcsService({ accessToken: "t" }, {}).classify(401, {}, "").kind).toBe("denied");
  });

  it("is not shown where the service repeats it", async () => {
    const service = gcsService({ accessToken: "ya29.hidden" }, {});
    await service.authorize(OBJECT, { now: NOW, signal: undefined });
    const body = JSON.stringify({ error: { message: "Invalid: ya29.hidden, Bearer other" } });
    expect(service.classify(401, {}, body).message).toBe("Invalid: ***, Bearer ***");
  });

  it.each([
    { getAccessToken: async () => "t" },
    { getAccessToken: async () => ({ token: "t" }) },
    { getRequestHeaders: async () => ({ Authorization: "Bearer t" }) },
    { getRequestHeaders: async () => new Headers({ authorization: "Bearer t" }) },
    { getClient: async () => ({ getRequestHeaders: async () => ({ authorization: "Bearer t" }) }) },
  ])("comes from any client of its kind", async (authClient) => {
    expect(await headersOf({ authClient })).toEqual({ authorization: "Bearer t" });
  });

  it.each([
    { getAccessToken: async () => null },
    { getAccessToken: async () => ({ token: null }) },
    { getRequestHeaders: async () => ({}) },
  ])("that a client does not give is an error", async (authClient) => {
    await expect(headersOf({ authClient })).rejects.toMatchObject({ code: "ACCESS_DENIED" });
  });

  const missing = () =>
    Promise.reject(
      Object.assign(new Error("Cannot find package 'google-auth-library' imported from here"), {
        code: "ERR_MODULE_NOT_FOUND",
      }),
    );

  it("that nobody can give names what to give, or to install", async () => {
    const error = await googleAuthClient({}, missing).getClient!().catch((caught: unknown) => caught);
    expect(isDeltaError(error, "ACCESS_DENIED")).toBe(true);
    expect((error as Error).message).toMatch(/accessToken.*anonymous.*install google-auth-library/);
  });

  it.each([{ keyFilename: "key.json" }, { credentials: {} }])(
    "that a file or a key is to give names the package that is missing, and not the credentials: %j",
    async (source) => {
      const error = await googleAuthClient(source, missing).getClient!().catch((caught: unknown) => caught);
      expect(isDeltaError(error, "ACCESS_DENIED")).toBe(true);
      expect((error as Error).message).toMatch(/google-auth-library, which is not installed.*npm install google-auth/);
      expect((error as Error).message).not.toMatch(/no Google credentials/);
    },
  );
});

describe("google-auth-library", () => {
  let server: Server;
  let folder: string;
  let exchanges = 0;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "asyncdelta-google-"));
    server = createServer((request, response) => {
      exchanges++;
      request.resume();
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ access_token: `exchanged${exchanges}`, expires_in: 3600, token_type: "Bearer" }));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  afterAll(async () => {
    server.close();
    await rm(folder, { recursive: true, force: true });
  });

  it("says what to give where it finds none", async () => {
    const library = () =>
      Promise.resolve({
        GoogleAuth: class {
          getClient = () => Promise.reject(new Error("No default."));
        },
      });
    const error = await googleAuthClient({}, library).getClient!().catch((caught: unknown) => caught);
    expect(isDeltaError(error, "ACCESS_DENIED")).toBe(true);
    expect((error as Error).message).toMatch(/no Google credentials: No default\. Give accessToken/);
  });

  it("lends its clients, with the end of their tokens", async () => {
    const client = new OAuth2Client();
    client.setCredentials({ access_token: "lent", expiry_date: Date.now() + 3_600_000 });
    expect(await headersOf({ authClient: client }, Date.now())).toEqual({ authorization: "Bearer lent" });
    const auth = new GoogleAuth({ authClient: client });
    expect(await headersOf({ authClient: auth }, Date.now())).toEqual({ authorization: "Bearer lent" });
  });

  it("reads files of credentials, here those of a workload outside of Google, and exchanges their tokens once", async () => {
    const { port } = server.address() as AddressInfo;
    const token = join(folder, "token");
    await writeFile(token, "outside");
    const credentials = {
      type: "external_account",
      audience: "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q",
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      token_url: `http://127.0.0.1:${port}/token`,
      credential_source: { file: token },
    };
    const file = join(folder, "credentials.json");
    await writeFile(file, JSON.stringify(credentials));
    const service = gcsService({ applicationCredentials: file }, {});
    const sign = () => service.authorize(OBJECT, { now: Date.now(), signal: undefined });
    const signed = await Promise.all([sign(), sign(), sign()]);
    expect(signed.map(({ headers }) => headers.authorization)).toEqual(Array(3).fill("Bearer exchanged1"));
    await sign();
    expect(exchanges).toBe(1);
  });
});
