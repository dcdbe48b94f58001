import type { JsonObject } from "../engine/json.js";
import type { DomainMetadata } from "./domain-metadata.js";
import {
  type ActionSource,
  integer,
  long,
  optionalBoolean,
  optionalInteger,
  optionalObject,
  optionalText,
  optionalTextList,
  optionalTextMap,
  size,
  text,
} from "./field.js";
import type { Metadata } from "./metadata.js";
import type { Protocol } from "./protocol.js";
import type { SetTransaction } from "./set-transaction.js";
import type { Sidecar } from "./sidecar.js";

export function parseProtocol(json: JsonObject, at: ActionSource): Protocol {
  const readerFeatures = optionalTextList(json, "readerFeatures", at);
  const writerFeatures = optionalTextList(json, "writerFeatures", at);
  return {
    minReaderVersion: integer(json, "minReaderVersion", at),
    minWriterVersion: integer(json, "minWriterVersion", at),
    ...(readerFeatures === undefined ? {} : { readerFeatures }),
    ...(writerFeatures === undefined ? {} : { writerFeatures }),
  };
}

export function parseMetadata(json: JsonObject, at: ActionSource): Metadata {
  const name = optionalText(json, "name", at);
  const description = optionalText(json, "description", at);
  const createdTime = optionalInteger(json, "createdTime", at);
  const format = optionalObject(json, "format", at) ?? {};
  return {
    id: text(json, "id", at),
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    format: {
      provider: optionalText(format, "provider", at) ?? "parquet",
      options: withoutNulls(optionalTextMap(format, "options", at)),
    },
    // Seen missing in old versions of real tables, where only a newer one counts: reading it as a schema fails.
    schemaString: optionalText(json, "schemaString", at) ?? "",
    partitionColumns: optionalTextList(json, "partitionColumns", at) ?? [],
    configuration: withoutNulls(optionalTextMap(json, "configuration", at)),
    ...(createdTime === undefined ? {} : { createdTime }),
  };
}

function withoutNulls(map: Record<string, string | null> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(map).filter((entry): entry is [string, string] => entry[1] !== null));
}

export function parseSetTransaction(json: JsonObject, at: ActionSource): SetTransaction {
  const lastUpdated = optionalInteger(json, "lastUpdated", at);
  return {
    appId: text(json, "appId", at),
    version: long(json, "version", at),
    ...(lastUpdated === undefined ? {} : { lastUpdated }),
  };
}

export function parseDomainMetadata(json: JsonObject, at: ActionSource): DomainMetadata {
  return {
    domain: text(json, "domain", at),
    configuration: optionalText(json, "configuration", at) ?? "",
    removed: optionalBoolean(json, "removed", at) ?? false,
  };
}

export function parseSidecar(json: JsonObject, at: ActionSource): Sidecar {
  return { path: text(json, "path", at), sizeInBytes: size(json, "sizeInBytes", at) };
}
