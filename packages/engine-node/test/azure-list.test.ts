import { isDeltaError } from "@asyncdelta/kernel-core";
import { describe, expect, it } from "vitest";
import { azureService } from "../dist/azure/index.js";

const { list, classify, etagOf, ifAbsent, ifMatch, putRequest } = azureService(
  { accountName: "lake", anonymous: true },
  {},
);
const DIRECTORY = "az://box/t/_delta_log/";

function blob(name: string, inside = "", attributes = ""): string {
  return `<Blob><Name${attributes}>${name}</Name><Properties><Last-Modified>Mon, 14 Oct 2024 10:00:00 GMT</Last-Modified><Etag>0x8DC</Etag><Content-Length>12</Content-Length>${inside}</Properties><Metadata /></Blob>`;
}

function page(blobs: string, marker = "<NextMarker />"): Uint8Array {
  return new TextEncoder().encode(
    `\uFEFF<?xml version="1.0" encoding="utf-8"?><EnumerationResults ContainerName="box"><Prefix>t/_delta_log/</Prefix><Blobs>${blobs}</Blobs>${marker}</EnumerationResults>`,
  );
}

function names(blobs: string): string[] {
  return list!.parsePage(DIRECTORY, page(blobs)).objects.map(({ name }) => name);
}

describe("a listing of Azure", () => {
  it("is asked for by directory and page", () => {
    expect(list!.pageRequest("az://box/a%20b/", {}).url).toBe(
      "https://lake.blob.core.windows.net/box?restype=container&comp=list&delimiter=%2F&include=metadata&prefix=a%20b%2F",
    );
    expect(list!.pageRequest("az://box/", { token: "2!a=", limit: 10 }).url).toContain(
      "&prefix=&marker=2%21a%3D&maxresults=10",
    );
  });

  it("gives names, sizes, times and etags", () => {
    const first = list!.parsePage(DIRECTORY, page(blob("t/_delta_log/0.json"), "<NextMarker>2!96</NextMarker>"));
    expect(first).toEqual({
      objects: [{ name: "0.json", size: 12, lastModified: Date.UTC(2024, 9, 14, 10), etag: '"0x8DC"' }],
      token: "2!96",
    });
    expect(list!.parsePage(DIRECTORY, page(""))).toEqual({ objects: [] });
    expect(etagOf({ etag: '"0x8DC"' })).toBe('"0x8DC"');
  });

  it("leaves out directories, as prefixes, as entries of their own and as marked blobs", () => {
    const marked = blob("t/_delta_log/old").replace(
      "<Metadata />",
      "<Metadata><hdi_isfolder>true</hdi_isfolder></Metadata>",
    );
    const kept = blob("t/_delta_log/kept").replace(
      "<Metadata />",
      "<Metadata><hdi_isfolder>false</hdi_isfolder></Metadata>",
    );
    const entry = blob("t/_delta_log/_sidecars", "<ResourceType>directory</ResourceType>");
    const file = blob("t/_delta_log/1.json", "<ResourceType>file</ResourceType>");
    const prefix = "<BlobPrefix><Name>t/_delta_log/_sidecars/</Name></BlobPrefix>";
    expect(names(marked + kept + entry + file + prefix + blob("t/_delta_log/") + blob("t/_delta_log/x/y"))).toEqual([
      "kept",
      "1.json",
    ]);
  });

  it("decodes names, those that XML cannot hold too", () => {
    expect(names(blob("t/_delta_log/a&amp;b&#x20;&lt;%41"))).toEqual(["a&b <%41"]);
    expect(names(blob("t/_delta_log/%EF%BF%BE%25", "", ' Encoded="true"'))).toEqual(["\uFFFE%"]);
  });

  it.each([
    ["one that broke off", new TextEncoder().encode("<EnumerationResults><Blobs>")],
    [
      "one with entities of its own",
      new TextEncoder().encode(
        '<!DOCTYPE a [<!ENTITY x "y">]><EnumerationResults><Blobs>&x;</Blobs></EnumerationResults>',
      ),
    ],
    ["something else", new TextEncoder().encode("<html/>")],
    ["nothing", new Uint8Array(0)],
    ["no UTF-8", Uint8Array.of(0x3c, 0xff)],
    ["one without blobs", new TextEncoder().encode("<EnumerationResults/>")],
    ["names that were not asked for", page(blob("u/0.json"))],
    ["a blob without a name", page("<Blob><Properties/></Blob>")],
    ["a blob without a size", page(blob("t/_delta_log/0").replace("12", ""))],
    ["a blob without a time", page(blob("t/_delta_log/0").replace("Mon, 14 Oct 2024 10:00:00 GMT", "never"))],
    ["a name that is wrongly encoded", page(blob("t/_delta_log/%zz", "", ' Encoded="true"'))],
  ])("is an error and never short: %s", (_, body) => {
    try {
      list!.parsePage(DIRECTORY, body);
    } catch (error) {
      expect(isDeltaError(error, "STORAGE_FAILED")).toBe(true);
      return;
    }
    throw new Error("It was taken for a listing.");
  });
});

describe("an object of Azure", () => {
  const request = { method: "PUT", url: "https://lake.blob.core.windows.net/box/a", headers: {} } as const;

  it("is created and read under conditions", () => {
    expect(ifAbsent!(putRequest(request)).headers).toEqual({ "x-ms-blob-type": "BlockBlob", "if-none-match": "*" });
    expect(ifMatch(request, '"0x1"').headers).toEqual({ "if-match": '"0x1"' });
  });

  it.each([
    [404, "BlobNotFound", "absent"],
    [404, "ContainerNotFound", "absent"],
    [404, undefined, "absent"],
    [404, "AccountNotFound", "failed"],
    [409, "BlobAlreadyExists", "precondition"],
    [412, "ConditionNotMet", "precondition"],
    [412, "LeaseIdMissing", "failed"],
    [416, "InvalidRange", "range"],
    [403, "AuthorizationPermissionMismatch", "denied"],
    [403, "AuthorizationFailure", "denied"],
    [409, "ContainerBeingDeleted", "absent"],
    [409, "BlobArchived", "failed"],
    [429, undefined, "throttled"],
    [503, "ServerBusy", "throttled"],
    [500, "OperationTimedOut", "transient"],
    [500, "InternalError", "transient"],
    [502, undefined, "transient"],
    [400, "InvalidHeaderValue", "failed"],
    [400, "constructor", "failed"],
  ])("that is refused with %i %s is %s", (status, code, kind) => {
    const headers = code === undefined ? {} : { "x-ms-error-code": code };
    expect(classify(status, headers, "").kind).toBe(kind);
    const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>Words.\nRequestId:1</Message></Error>`;
    expect(classify(status, {}, code === undefined ? "<html>busy" : body)).toMatchObject({
      kind,
      code,
      message: code === undefined ? undefined : "Words.",
    });
  });
});
