import { isDeltaError } from "@asyncdelta/kernel-core";
import { parseXml, type XmlElement } from "../xml/parse-xml.js";

/** The `<Error>` of an answer, where it has one: answers to HEAD have no body, and those of proxies are pages for people. */
export function errorElement(body: string): XmlElement | undefined {
  if (!/^\s*(<\?xml|<Error)/.test(body)) return undefined;
  try {
    const root = parseXml(body);
    return root.name === "Error" ? root : undefined;
  } catch (error) {
    if (isDeltaError(error, "STORAGE_FAILED")) return undefined;
    throw error;
  }
}
