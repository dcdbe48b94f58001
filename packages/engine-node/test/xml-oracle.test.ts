import fc from "fast-check";
import { SaxesParser } from "saxes";
import { describe, expect, it } from "vitest";
import { parseXml, type XmlElement } from "../dist/xml/parse-xml.js";

/** The document as a full parser reads it, which refuses what is not well-formed. */
function oracle(document: string): XmlElement {
  type Open = { name: string; attributes: Record<string, string>; text: string; children: Open[] };
  const open: Open[] = [{ name: "", attributes: {}, text: "", children: [] }];
  const parser = new SaxesParser();
  const add = (text: string): void => {
    if (open.length > 1) open.at(-1)!.text += text;
  };
  parser.on("opentag", ({ name, attributes }) => {
    const element: Open = { name, attributes: { ...attributes }, text: "", children: [] };
    open.at(-1)!.children.push(element);
    open.push(element);
  });
  parser.on("text", add);
  parser.on("cdata", add);
  parser.on("closetag", () => {
    open.pop();
  });
  parser.write(document).close();
  return open[0]!.children[0]!;
}

function outcome(read: (document: string) => XmlElement, document: string): XmlElement | undefined {
  try {
    return read(document);
  } catch {
    return undefined;
  }
}

const name = fc.constantFrom("a", "Key", "_b", "x:y", "E-Tag", "c.1");
const space = fc.constantFrom("", " ", "\n", "\t  ", "\r\n");
const text = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "&lt;",
        "&amp;",
        "&quot;",
        "&#65;",
        "&#x1F680;",
        "<![CDATA[<&]]>",
        "<!-- c - d -->",
        "]]",
        ">",
        "\r\n",
        "+",
      ),
      fc.string({ unit: "grapheme", maxLength: 4 }).map((some) => some.replaceAll(/[<&]|\]\]>/g, "")),
    ),
    { maxLength: 4 },
  )
  .map((parts) => parts.join("").replaceAll("]]>", "]] >").replaceAll("<&]] >", "<&]]>"));
const attributes = fc
  .uniqueArray(name, { maxLength: 2 })
  .chain((names) =>
    fc.tuple(...names.map((one) => fc.constantFrom(` ${one}="v"`, `\n${one} = 'a"&gt;'`, ` ${one}=""`))),
  )
  .map((all) => all.join(""));
const element = fc.letrec<{ element: string }>((tie) => ({
  element: fc.oneof(
    { maxDepth: 3 },
    fc.tuple(name, attributes, space).map(([tag, some, gap]) => `<${tag}${some}${gap}/>`),
    fc
      .tuple(name, attributes, space, fc.array(fc.oneof(text, tie("element")), { maxLength: 4 }))
      .map(([tag, some, gap, inner]) => `<${tag}${some}${gap}>${inner.join("")}</${tag}${gap}>`),
  ),
})).element;
const document = fc
  .tuple(
    fc.constantFrom("", '<?xml version="1.0"?>', "<?xml version='1.0' encoding=\"UTF-8\" standalone='yes' ?>\n"),
    space,
    element,
    fc.constantFrom("", "\n", "<!-- end -->"),
  )
  .map((parts) => parts.join(""));

/** What damages a document in ways that are easy to overlook. */
const pieces = [
  "x",
  "é",
  "&amp;",
  "]",
  "\n",
  "-",
  "&#10;",
  "<!---->",
  "<b/>",
  "<",
  ">",
  "&",
  ";",
  "/",
  "]]>",
  "--",
  "<?",
  "?>",
  "<!DOCTYPE a>",
  '"',
  "'",
  "=",
  "\0",
  "\ufffe",
  "\ud800",
  "&x;",
  "&#0;",
  "&#xD800;",
  "a",
  " ",
  "<a>",
  "</a>",
  "<!--",
  "<![CDATA[",
  "&#00065;",
  "\u0085",
  "\r",
];

describe("XML beside a full parser", () => {
  it("is read the same", () => {
    fc.assert(
      fc.property(document, (whole) => {
        expect(parseXml(whole)).toEqual(oracle(whole));
      }),
      { seed: 11, numRuns: 2_000 },
    );
  });

  it("is never accepted where it is refused, nor read otherwise, however it is damaged", () => {
    let accepted = 0;
    let refused = 0;
    fc.assert(
      fc.property(
        document,
        fc.array(
          fc.tuple(fc.noBias(fc.nat({ max: 9_999 })), fc.constantFrom(0, 0, 0, 1, 3), fc.constantFrom("", ...pieces)),
          {
            minLength: 1,
            maxLength: 2,
          },
        ),
        (whole, damages) => {
          let damaged = whole;
          for (const [where, cut, piece] of damages) {
            const at = Math.floor((where / 10_000) * (damaged.length + 1));
            damaged = damaged.slice(0, at) + piece + damaged.slice(at + cut);
          }
          const ours = outcome(parseXml, damaged);
          if (ours === undefined) refused++;
          else {
            accepted++;
            expect(ours).toEqual(outcome(oracle, damaged));
          }
        },
      ),
      { seed: 12, numRuns: 20_000 },
    );
    // Both happen often, or else nothing would have been compared.
    expect(Math.min(accepted, refused)).toBeGreaterThan(1_000);
  });

  it("is refused wherever it is cut off", () => {
    const whole = '<?xml version="1.0"?><a b="c"><d>&lt;</d><![CDATA[e]]><!-- f --></a>';
    expect(parseXml(whole).name).toBe("a");
    for (let length = 0; length < whole.length; length++)
      expect(outcome(parseXml, whole.slice(0, length))).toBeUndefined();
  });
});
