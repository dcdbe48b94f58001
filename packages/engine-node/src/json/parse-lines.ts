import { isUtf8 } from "node:buffer";
import {
  type JsonObject,
  type JsonValue,
  type ParseLinesOptions,
  parseExactJson,
  throwIfAborted,
} from "@asyncdelta/kernel-core";
import { breathe } from "./breathe.js";
import { lineError } from "./line-error.js";
import { lineSlices } from "./line-slices.js";

/** What is parsed in one turn of the event loop: 2 ms. */
const SLICE_BYTES = 512 * 1024;

/**
 * `JsonHandler.parseLines`. A byte order mark in front of the first line is dropped; where a key stands twice in an object
 * the last one counts, as in `JSON.parse`.
 */
export async function parseLines(
  bytes: Uint8Array,
  { path, signal, line: first = 1 }: ParseLinesOptions,
): Promise<readonly JsonObject[]> {
  throwIfAborted(signal);
  const objects: JsonObject[] = [];
  let line = first;
  let breath = false;
  for (const slice of lineSlices(first === 1 ? withoutMark(bytes) : bytes, SLICE_BYTES)) {
    if (breath) await breathe(signal);
    breath = true;
    for (const text of textLines(slice, path, line)) {
      if (!isBlank(text)) objects.push(parseLine(text, path, line));
      line++;
    }
    // A slice ends behind a line's end, which is no line of its own.
    if (slice.at(-1) === 0x0a) line--;
  }
  return objects;
}

function parseLine(text: string, path: string, line: number): JsonObject {
  let value: JsonValue;
  try {
    value = parseExactJson(text);
  } catch (cause) {
    throw lineError({ path, line }, `not JSON: ${(cause as Error).message}`, cause);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw lineError({ path, line }, "a JSON value, but not an object.");
}

function textLines(slice: Uint8Array, path: string, firstLine: number): string[] {
  try {
    return decoder.decode(slice).split("\n");
  } catch (cause) {
    let line = firstLine;
    for (const one of lineSlices(slice, 1)) {
      if (!isUtf8(one)) break;
      line++;
    }
    throw lineError({ path, line }, "not UTF-8.", cause);
  }
}

/** Leaves byte order marks in: only one in front of everything is none of the text. */
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function withoutMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

function isBlank(text: string): boolean {
  return text === "" || /^[ \t\r]*$/.test(text);
}
