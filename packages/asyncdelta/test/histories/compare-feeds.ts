import { isDeepStrictEqual } from "node:util";
import { type DeltaTable, isDeltaError, type StructType } from "asyncdelta";
import { compareCodePoints } from "./canonical-row.js";
import { rowTexts } from "./compare-version.js";
import type { Findings } from "./findings.js";
import type { FeedRecord, History, VersionRecord } from "./history.js";

/** Compares the change feeds with the writer's reading of them, and with the rows before and after. */
export async function compareFeeds(table: DeltaTable, history: History, findings: Findings): Promise<void> {
  for (const feed of history.end.feeds) {
    const what = `changes from ${feed.from} to ${feed.to}`;
    await findings.part(what, () => compareFeed(table, feed, history.versions, findings, what));
  }
}

async function compareFeed(
  table: DeltaTable,
  feed: FeedRecord,
  versions: readonly VersionRecord[],
  findings: Findings,
  what: string,
): Promise<void> {
  const changes = table.changes({ from: feed.from, to: feed.to });
  if (!rangeFits(versions, feed)) {
    // The first version may be read before one that does not fit is come to.
    const error = await drain(changes).catch((refusal: unknown) => refusal);
    if (!isDeltaError(error, "SCHEMA_INCOMPATIBLE")) throw error ?? new Error("They were not refused.");
    return findings.count("feeds across schemas that do not fit, refused");
  }
  const { schema } = await changes.plan();
  const texts = (await rowTexts(schema, changes.rows())).map((text) => withoutTime(text));
  findings.count("feeds");
  findings.count("changes", texts.length);
  if (feed.rows === undefined) findings.count("feeds that the writer cannot read itself");
  else findings.sameTexts(what, texts, feed.rows);
  checkSum(texts, schema, versions[feed.from - 1], versions[feed.to]!, findings, what);
}

function partitionTypes(version: VersionRecord): unknown[] {
  return fieldsOf(version)
    .filter(({ name }) => version.partitionColumns.includes(name))
    .map(({ type }) => type);
}

interface Field {
  readonly name: string;
  readonly type: unknown;
  readonly nullable: boolean;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/**
 * Whether the rows of all versions of a feed fit the schema of its last. Those that its first version removes were
 * written before it.
 */
function rangeFits(versions: readonly VersionRecord[], { from, to }: FeedRecord): boolean {
  const last = versions[to]!;
  const before = versions[from - 1];
  const removes = before?.files.some((file) => !versions[from]!.files.some(([path]) => path === file[0]));
  return versions.slice(removes ? from - 1 : from, to + 1).every((version) => fits(version, last));
}

/**
 * Whether rows of a version can be given out in the schema of a later one: columns were only added, became nullable or
 * were given a wider type.
 */
function fits(older: VersionRecord, newer: VersionRecord): boolean {
  if (!isDeepStrictEqual(older.partitionColumns, newer.partitionColumns)) return false;
  const widens = JSON.stringify(newer.protocol).includes('"typeWidening');
  const fields = new Map(fieldsOf(newer).map((field) => [field.name, field]));
  return fieldsOf(older).every((field) => {
    const match = fields.get(field.name);
    if (match === undefined || physicalName(match) !== physicalName(field)) return false;
    // Types can then only have been widened.
    const sameType = widens || isDeepStrictEqual(field.type, match.type);
    return sameType && (match.nullable || !field.nullable);
  });
}

function fieldsOf({ schema }: VersionRecord): readonly Field[] {
  return (schema as { fields: readonly Field[] }).fields;
}

function physicalName({ name, metadata }: Field): unknown {
  return metadata["delta.columnMapping.physicalName"] ?? name;
}

async function drain(changes: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of changes);
}

/** The text of a change without its last column, the time of the commit, which readers take from different places. */
function withoutTime(text: string): string {
  return JSON.stringify(JSON.parse(text).slice(0, -1));
}

/** Rows before, with what came and without what went, are the rows after: it needs no other reader to know that. */
function checkSum(
  changes: readonly string[],
  schema: StructType,
  before: VersionRecord | undefined,
  after: VersionRecord,
  findings: Findings,
  what: string,
): void {
  if (after.rows === undefined || (before !== undefined && before.rows === undefined)) return;
  if (before !== undefined && !isDeepStrictEqual(before.schema, after.schema)) return;
  // Of these deltalake escapes the values anew whenever it rewrites a row, and otherwise in the feed than in the table.
  if (partitionTypes(after).includes("binary")) return;
  const counts = new Map<string, number>();
  const add = (text: string, by: number): void => void counts.set(text, (counts.get(text) ?? 0) + by);
  for (const text of before?.rows ?? []) add(text, 1);
  for (const text of changes) {
    const change: unknown[] = JSON.parse(text);
    const width = schema.fields.length - 3;
    const type = change[width];
    add(JSON.stringify(change.slice(0, width)), type === "insert" || type === "update_postimage" ? 1 : -1);
  }
  const rows: string[] = [];
  for (const [text, count] of counts) {
    if (count < 0) findings.same(`${what}, a row that was never there`, text, undefined);
    for (let i = 0; i < count; i++) rows.push(text);
  }
  findings.count("feeds that lead from the rows before to the rows after");
  findings.sameTexts(`${what}, applied to the rows before`, rows, [...after.rows].sort(compareCodePoints));
}
