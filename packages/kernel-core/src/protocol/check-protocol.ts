import type { Metadata } from "../actions/metadata.js";
import type { Protocol } from "../actions/protocol.js";
import { DeltaError } from "../errors.js";
import { checkColumnMapping, columnMappingMode } from "../schema/column-mapping.js";
import { checkPartitionColumns } from "../schema/partition-columns.js";
import { checkTypeChanges } from "../schema/type-widening.js";
import type { StructType } from "../schema/types.js";
import { findFeature } from "./features.js";
import { hasReaderFeature } from "./reader-features.js";

/**
 * Makes sure that a table can be read rightly: the check of every load. PROTOCOL.md, "Protocol Evolution",
 * "Table Features" and "Requirements for Readers".
 *
 * Throws `FEATURE_UNSUPPORTED`, with `feature`, for a reader feature that is unknown or not implemented, and for a
 * reader version that does not exist yet; `PROTOCOL_INVALID` for versions and lists that contradict each other;
 * `SCHEMA_INVALID` for column mapping, partition columns or type changes that do not fit the schema. What concerns writers alone
 * never stands in the way.
 */
export function checkReadable(protocol: Protocol, metadata: Metadata, schema: StructType): void {
  checkVersions(protocol);
  checkLists(protocol);
  checkReaderFeatures(protocol);
  checkColumnMapping(schema, columnMappingMode(protocol, metadata));
  checkPartitionColumns(schema, metadata.partitionColumns);
  if (hasReaderFeature(protocol, "typeWidening")) checkTypeChanges(schema);
}

/** The reader and writer versions that carry lists of features. */
const READER_LISTS = 3;
const WRITER_LISTS = 7;

function checkVersions({ minReaderVersion: reader, minWriterVersion: writer }: Protocol): void {
  if (!Number.isInteger(reader) || !Number.isInteger(writer) || reader < 1 || writer < 1) {
    throw contradiction(`its versions, reader ${reader} and writer ${writer}, are not whole numbers from 1 on`);
  }
  if (reader > READER_LISTS) {
    const message = `The table needs Delta reader version ${reader}; this reader knows versions 1 to ${READER_LISTS}. Use a newer one.`;
    throw new DeltaError("FEATURE_UNSUPPORTED", message);
  }
  if (reader === READER_LISTS && writer < WRITER_LISTS) {
    throw contradiction(`reader version ${reader} needs writer version ${WRITER_LISTS}, and the table has ${writer}`);
  }
}

/** Each list is there when its version says so, and a reader's feature is in both. */
function checkLists(protocol: Protocol): void {
  const { minReaderVersion: reader, minWriterVersion: writer, readerFeatures, writerFeatures } = protocol;
  if (reader === READER_LISTS && readerFeatures === undefined) {
    throw contradiction(`reader version ${reader} must list its readerFeatures`);
  }
  if (writer === WRITER_LISTS && writerFeatures === undefined) {
    throw contradiction(`writer version ${writer} must list its writerFeatures`);
  }
  if (reader < READER_LISTS && readerFeatures?.length) {
    throw contradiction(`reader version ${reader} must not list readerFeatures`);
  }
  if (writer < WRITER_LISTS && writerFeatures?.length) {
    throw contradiction(`writer version ${writer} must not list writerFeatures`);
  }
  const inWriters = canonicalSet(writerFeatures);
  for (const name of readerFeatures ?? []) {
    if (!inWriters.has(canonical(name))) {
      throw contradiction(`${name} is in its readerFeatures and not in its writerFeatures`, name);
    }
  }
  const inReaders = canonicalSet(readerFeatures);
  for (const name of writerFeatures ?? []) {
    const feature = findFeature(name);
    if (feature?.kind !== "reader-writer" || inReaders.has(feature.name)) continue;
    // Reader version 2 is column mapping itself, and has no list to name it in.
    const implied = reader < READER_LISTS && feature.legacy?.reader !== undefined && feature.legacy.reader <= reader;
    if (!implied) throw contradiction(`${name} is in its writerFeatures and not in its readerFeatures`, name);
  }
}

function checkReaderFeatures({ readerFeatures = [] }: Protocol): void {
  for (const name of readerFeatures) {
    const feature = findFeature(name);
    if (feature === undefined) {
      const message = `The table needs the reader feature ${JSON.stringify(name)}, which this reader does not know. Use a newer one.`;
      throw new DeltaError("FEATURE_UNSUPPORTED", message, { feature: name });
    }
    // What is read when unused is refused where it is used: by its types, in the schema.
    if (feature.read.status === "no") {
      const message = `The table needs the reader feature ${name}, which this reader lacks: ${feature.read.reason}.`;
      throw new DeltaError("FEATURE_UNSUPPORTED", message, { feature: name });
    }
  }
}

function canonical(name: string): string {
  return findFeature(name)?.name ?? name;
}

function canonicalSet(names: readonly string[] | undefined): ReadonlySet<string> {
  return new Set(names?.map(canonical));
}

function contradiction(what: string, feature?: string): DeltaError {
  const message = `The protocol of the table contradicts itself: ${what}. The table needs repair by its writer.`;
  return new DeltaError("PROTOCOL_INVALID", message, feature === undefined ? {} : { feature });
}
