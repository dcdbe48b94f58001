import { isDeltaError } from "@asyncdelta/kernel-core";
import { describe, expect, it } from "vitest";
import { childText, parseXml } from "../dist/xml/parse-xml.js";

describe("an XML answer", () => {
  it("gives elements in order, with entities, CDATA and every character", () => {
    const root = parseXml(
      new TextEncoder().encode(
        '<?xml version="1.0"?>\n<a xmlns="urn:x"><k>&lt;&amp;&#233;&#x1F600;"é</k><k><![CDATA[<b>]]></k><e/></a>',
      ),
    );
    expect(root.name).toBe("a");
    expect(root.children.map(({ name, text }) => [name, text])).toEqual([
      ["k", '<&é😀"é'],
      ["k", "<b>"],
      ["e", ""],
    ]);
    expect(childText(root, "e")).toBe("");
    expect(childText(root, "none")).toBeUndefined();
  });

  it.each([
    ["half a document", "<a><k>1</k>"],
    ["nothing", ""],
    ["text", "Service Unavailable"],
    ["tags that cross", "<a><b></a></b>"],
    ["two documents", "<a/><a/>"],
    ["an entity that it defines", '<!DOCTYPE a [<!ENTITY x "boom">]><a>&x;</a>'],
    [
      "entities within entities",
      '<!DOCTYPE a [<!ENTITY x "xxxxxxxx"><!ENTITY y "&x;&x;&x;"><!ENTITY z "&y;&y;&y;">]><a>&z;</a>',
    ],
    ["an entity from outside", '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'],
    ["a character that XML forbids", "<a>\u0001</a>"],
    ["bytes that are no UTF-8", new Uint8Array([0x3c, 0x61, 0x3e, 0xff, 0x3c, 0x2f, 0x61, 0x3e])],
  ])("of %s is an error", (_, document) => {
    let error: unknown;
    try {
      parseXml(document);
    } catch (caught) {
      error = caught;
    }
    expect(isDeltaError(error, "STORAGE_FAILED")).toBe(true);
  });
});
