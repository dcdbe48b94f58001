import { DeltaError } from "@asyncdelta/kernel-core";
import { SaxesParser } from "saxes";

/** An element of a document. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** The text directly in it, entities resolved. */
  readonly text: string;
  readonly children: readonly XmlElement[];
}

interface OpenElement extends XmlElement {
  text: string;
  children: XmlElement[];
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * The root of a whole, well-formed document. Half a document is an error and never a short list; entities beyond the
 * five of XML itself are errors too, so that none is ever expanded.
 *
 * @throws DeltaError `STORAGE_FAILED` for anything else
 */
export function parseXml(document: Uint8Array | string): XmlElement {
  const open: OpenElement[] = [{ name: "", attributes: {}, text: "", children: [] }];
  const parser = new SaxesParser();
  parser.on("opentag", ({ name, attributes }) => open.push({ name, attributes, text: "", children: [] }));
  parser.on("text", (text) => {
    open.at(-1)!.text += text;
  });
  parser.on("cdata", (text) => {
    open.at(-1)!.text += text;
  });
  parser.on("closetag", () => {
    const closed = open.pop()!;
    open.at(-1)!.children.push(closed);
  });
  // Without a handler of its own, the parser throws at the first error.
  try {
    parser.write(typeof document === "string" ? document : utf8.decode(document)).close();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DeltaError("STORAGE_FAILED", `The store's answer is no whole XML document: ${why}`, { cause });
  }
  return open[0]!.children[0]!;
}

/** The text of the first child of this name. */
export function childText(element: XmlElement, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text;
}
