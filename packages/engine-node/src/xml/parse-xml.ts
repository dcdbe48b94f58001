import { DeltaError } from "@asyncdelta/kernel-core";
import { decodeReferences } from "./references.js";

/** An element of a document. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** The text directly in it, references resolved. */
  readonly text: string;
  readonly children: readonly XmlElement[];
}

interface OpenElement extends XmlElement {
  text: string;
  children: XmlElement[];
}

const NONE: Readonly<Record<string, string>> = {};
const NO_CHILDREN: readonly XmlElement[] = [];
const [SLASH, CLOSING] = ["/".charCodeAt(0), ">".charCodeAt(0)];
const utf8 = new TextDecoder("utf-8", { fatal: true });

const NAME = "[A-Za-z_:][\\w:.-]*";
const VALUE = `"[^<"]*"|'[^<']*'`;
const DECLARATION =
  /^<\?xml\s+version\s*=\s*(?:"1\.0"|'1\.0')(?:\s+encoding\s*=\s*(?:"utf-?8"|'utf-?8'))?(?:\s+standalone\s*=\s*(?:"(?:yes|no)"|'(?:yes|no)'))?\s*\?>/i;
/** A start tag with its attributes, an end tag, character data, a comment. */
const MARKUP = new RegExp(
  `<(${NAME})((?:\\s+${NAME}\\s*=\\s*(?:${VALUE}))*)\\s*(/?)>|</(${NAME})\\s*>|<!\\[CDATA\\[([\\s\\S]*?)\\]\\]>|<!--(?:[^-]|-[^-])*-->`,
  "y",
);
const ATTRIBUTE = new RegExp(`(${NAME})\\s*=\\s*(${VALUE})`, "g");
/** Characters that XML forbids, halves of surrogate pairs among them. */
const FORBIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is these that are looked for.
  /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/**
 * The root of a whole, well-formed document in UTF-8. Half a document is an error and never a short list. Of XML, what
 * the answers of stores have is understood; document types, and so entities of their own, are refused, as are
 * processing instructions. Nothing is accepted that a full parser would refuse. Of the elements that have text alone, those whose
 * names are not `wanted` may be left out.
 *
 * @throws DeltaError `STORAGE_FAILED` for anything else
 */
export function parseXml(document: Uint8Array | string, wanted?: ReadonlySet<string>): XmlElement {
  try {
    return parse(typeof document === "string" ? document : utf8.decode(document), wanted);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DeltaError("STORAGE_FAILED", `The store's answer is no whole XML document: ${why}.`, { cause });
  }
}

/** The text of the first child of this name. */
export function childText(element: XmlElement, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text;
}

function parse(document: string, wanted: ReadonlySet<string> | undefined): XmlElement {
  if (FORBIDDEN.test(document)) throw new Error("it has characters that XML forbids");
  const source = document.includes("\r") ? document.replaceAll(/\r\n?/g, "\n") : document;
  const outside: OpenElement = { name: "", attributes: NONE, text: "", children: [] };
  const open: OpenElement[] = [outside];
  /** Names of elements seen so far without attributes: nearly all tags are of these, and need no pattern. */
  const plain = new Set<string>();
  let at = DECLARATION.exec(source)?.[0].length ?? 0;
  while (at < source.length) {
    const mark = source.indexOf("<", at);
    const end = mark < 0 ? source.length : mark;
    const top = open.at(-1)!;
    if (end > at) addText(top, source.slice(at, end), top === outside);
    at = end;
    if (mark < 0) break;
    const close = source.indexOf(">", mark);
    const inner = source.slice(mark + 1, close);
    if (top !== outside) {
      if (plain.has(inner)) {
        // Nearly all of them have nothing in them but text.
        const next = source.indexOf("<", close);
        if (isEndTag(source, next, inner)) {
          const text = next === close + 1 ? "" : readText(source.slice(close + 1, next));
          if (wanted === undefined || wanted.has(inner)) {
            top.children.push({ name: inner, attributes: NONE, text, children: NO_CHILDREN });
          }
          at = next + inner.length + END_TAG;
        } else {
          open.push(addChild(top, inner));
          at = close + 1;
        }
        continue;
      }
      if (isEndTag(source, mark, top.name)) {
        open.pop();
        at = close + 1;
        continue;
      }
    }
    MARKUP.lastIndex = mark;
    const [markup, name, attributes, isEmpty, closed, data] = MARKUP.exec(source) ?? [];
    if (markup === undefined) throw new Error(`the markup at ${mark} is not understood`);
    if (name !== undefined) {
      if (top === outside && outside.children.length > 0) throw new Error("there is more than one root");
      const element = addChild(top, name, attributes === "" ? NONE : readAttributes(attributes!));
      if (isEmpty === "") open.push(element);
      if (inner === name) plain.add(name);
    } else if (closed !== undefined) {
      if (top === outside || closed !== top.name) throw new Error(`${closed} is closed, but not open`);
      open.pop();
    } else if (data !== undefined) {
      if (top === outside) throw new Error("there is text outside of the root");
      top.text += data;
    }
    at += markup.length;
  }
  if (open.length > 1) throw new Error(`${open.at(-1)!.name} is not closed`);
  if (outside.children.length === 0) throw new Error("there is no element");
  return outside.children[0]!;
}

function addChild(parent: OpenElement, name: string, attributes = NONE): OpenElement {
  const element: OpenElement = { name, attributes, text: "", children: [] };
  parent.children.push(element);
  return element;
}

function addText(element: OpenElement, text: string, isOutside: boolean): void {
  if (isOutside) {
    if (/[^ \t\n]/.test(text)) throw new Error("there is text outside of the root");
    return;
  }
  element.text += readText(text);
}

function readText(text: string): string {
  if (text.includes("]]>")) throw new Error("]]> stands in a text");
  return decodeReferences(text);
}

/** Bytes of an end tag beside the name. */
const END_TAG = "</>".length;

/** Whether the plain end tag of an element stands there. */
function isEndTag(source: string, at: number, name: string): boolean {
  return (
    source.charCodeAt(at + 1) === SLASH &&
    source.charCodeAt(at + 2 + name.length) === CLOSING &&
    source.startsWith(name, at + 2)
  );
}

function readAttributes(text: string): Readonly<Record<string, string>> {
  const attributes = new Map<string, string>();
  for (const [, name, value] of text.matchAll(ATTRIBUTE)) {
    if (attributes.has(name!)) throw new Error(`the attribute ${name} is there twice`);
    // In attributes, line ends and tabs count as blanks.
    attributes.set(name!, decodeReferences(value!.slice(1, -1).replaceAll(/[\t\n]/g, " ")));
  }
  return Object.fromEntries(attributes);
}
