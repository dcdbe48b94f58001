import type { JsonObject } from "../engine/json.js";
import type { AddFile, DeletionVectorDescriptor } from "./add-file.js";
import type { AddCDCFile } from "./cdc-file.js";
import {
  type ActionSource,
  integer,
  optionalBoolean,
  optionalInteger,
  optionalLong,
  optionalObject,
  optionalText,
  optionalTextMap,
  size,
  text,
  textMap,
} from "./field.js";
import type { RemoveFile } from "./remove-file.js";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export function parseAddFile(json: JsonObject, at: ActionSource): AddFile {
  const add: Mutable<AddFile> = {
    path: text(json, "path", at),
    partitionValues: textMap(json, "partitionValues", at),
    size: size(json, "size", at),
    modificationTime: optionalInteger(json, "modificationTime", at) ?? 0,
    dataChange: optionalBoolean(json, "dataChange", at) ?? true,
  };
  const clusteringProvider = optionalText(json, "clusteringProvider", at);
  if (clusteringProvider !== undefined) add.clusteringProvider = clusteringProvider;
  return addShared(add, json, at);
}

export function parseRemoveFile(json: JsonObject, at: ActionSource): RemoveFile {
  const remove: Mutable<RemoveFile> = {
    path: text(json, "path", at),
    dataChange: optionalBoolean(json, "dataChange", at) ?? true,
  };
  const deletionTimestamp = optionalInteger(json, "deletionTimestamp", at);
  if (deletionTimestamp !== undefined) remove.deletionTimestamp = deletionTimestamp;
  const extendedFileMetadata = optionalBoolean(json, "extendedFileMetadata", at);
  if (extendedFileMetadata !== undefined) remove.extendedFileMetadata = extendedFileMetadata;
  const partitionValues = optionalTextMap(json, "partitionValues", at);
  if (partitionValues !== undefined) remove.partitionValues = partitionValues;
  const bytes = optionalInteger(json, "size", at);
  // Only who reads changes needs it, and asks the storage where it is not known.
  if (bytes !== undefined && bytes >= 0) remove.size = bytes;
  return addShared(remove, json, at);
}

export function parseCdcFile(json: JsonObject, at: ActionSource): AddCDCFile {
  return {
    path: text(json, "path", at),
    partitionValues: textMap(json, "partitionValues", at),
    size: size(json, "size", at),
  };
}

/** The optional fields that `add` and `remove` have in common. */
function addShared<T extends Mutable<AddFile> | Mutable<RemoveFile>>(file: T, json: JsonObject, at: ActionSource): T {
  const stats = optionalText(json, "stats", at);
  if (stats !== undefined) file.stats = stats;
  const tags = optionalTextMap(json, "tags", at);
  if (tags !== undefined) file.tags = tags;
  const deletionVector = optionalObject(json, "deletionVector", at);
  if (deletionVector !== undefined) file.deletionVector = parseDeletionVector(deletionVector, at);
  const baseRowId = optionalLong(json, "baseRowId", at);
  if (baseRowId !== undefined) file.baseRowId = baseRowId;
  const commitVersion = optionalLong(json, "defaultRowCommitVersion", at);
  if (commitVersion !== undefined) file.defaultRowCommitVersion = commitVersion;
  return file;
}

function parseDeletionVector(json: JsonObject, at: ActionSource): DeletionVectorDescriptor {
  const offset = optionalInteger(json, "offset", at);
  return {
    storageType: text(json, "storageType", at),
    pathOrInlineDv: text(json, "pathOrInlineDv", at),
    ...(offset === undefined ? {} : { offset }),
    sizeInBytes: integer(json, "sizeInBytes", at),
    cardinality: integer(json, "cardinality", at),
  };
}
