import type { JsonObject, JsonValue } from "../engine/json.js";
import { DeltaError } from "../errors.js";
import type { AddFile } from "./add-file.js";
import type { AddCDCFile } from "./cdc-file.js";
import type { DomainMetadata } from "./domain-metadata.js";
import type { ActionSource } from "./field.js";
import type { Metadata } from "./metadata.js";
import { parseAddFile, parseCdcFile, parseRemoveFile } from "./parse-file-action.js";
import {
  parseDomainMetadata,
  parseMetadata,
  parseProtocol,
  parseSetTransaction,
  parseSidecar,
} from "./parse-table-action.js";
import type { Protocol } from "./protocol.js";
import type { RemoveFile } from "./remove-file.js";
import type { SetTransaction } from "./set-transaction.js";
import type { Sidecar } from "./sidecar.js";

/** What a log file says about the table as a whole. */
export interface TableActions {
  protocol?: Protocol;
  metadata?: Metadata;
  readonly transactions: SetTransaction[];
  readonly domains: DomainMetadata[];
  /** Only in a V2 checkpoint. */
  readonly sidecars: Sidecar[];
  /** Whether a `checkpointMetadata` action was there, as in every V2 checkpoint. */
  v2: boolean;
  commitInfo?: JsonObject;
}

/** All actions of a log file that is small enough to hold. */
export interface LogActions extends TableActions {
  readonly adds: AddFile[];
  readonly removes: RemoveFile[];
  readonly cdc: AddCDCFile[];
}

export function noActions(): LogActions {
  return { transactions: [], domains: [], sidecars: [], v2: false, adds: [], removes: [], cdc: [] };
}

/**
 * Adds the actions of parsed lines to `into`. Unknown actions and fields are ignored (PROTOCOL.md, "Protocol
 * Evolution"); a second protocol or metaData in one file is a `LOG_CORRUPT`.
 */
export function collectActions(into: LogActions, lines: readonly JsonObject[], at: ActionSource): void {
  for (const line of lines) {
    for (const name in line) {
      const body = line[name];
      if (isObject(body)) collectAction(into, name, body, at);
    }
  }
}

function collectAction(into: LogActions, name: string, body: JsonObject, at: ActionSource): void {
  switch (name) {
    case "add":
      into.adds.push(parseAddFile(body, at));
      break;
    case "remove":
      into.removes.push(parseRemoveFile(body, at));
      break;
    case "cdc":
      into.cdc.push(parseCdcFile(body, at));
      break;
    default:
      collectTableAction(into, name, body, at);
  }
}

/** The same for actions that concern the table and not a file. */
export function collectTableAction(into: TableActions, name: string, body: JsonObject, at: ActionSource): void {
  switch (name) {
    case "protocol":
      if (into.protocol !== undefined) throw twice("protocol", at);
      into.protocol = parseProtocol(body, at);
      break;
    case "metaData":
      if (into.metadata !== undefined) throw twice("metaData", at);
      into.metadata = parseMetadata(body, at);
      break;
    case "txn":
      into.transactions.push(parseSetTransaction(body, at));
      break;
    case "domainMetadata":
      into.domains.push(parseDomainMetadata(body, at));
      break;
    case "sidecar":
      into.sidecars.push(parseSidecar(body, at));
      break;
    case "checkpointMetadata":
      into.v2 = true;
      break;
    case "commitInfo":
      into.commitInfo ??= body;
      break;
  }
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function twice(action: string, at: ActionSource): DeltaError {
  return new DeltaError(
    "LOG_CORRUPT",
    `Version ${at.version} has two ${action} actions, so that the table's state is ambiguous. Repair or remove one of them.`,
    at,
  );
}
