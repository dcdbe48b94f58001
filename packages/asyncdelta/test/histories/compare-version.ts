import type { DeltaTable, Row, StructType } from "asyncdelta";
import { rowWriter } from "./canonical-row.js";
import type { Findings } from "./findings.js";
import type { FileRecord, VersionRecord } from "./history.js";
import { schemaJson } from "./schema-json.js";

/** Compares all that a table says of its version with what was written down of it. */
export async function compareVersion(
  table: DeltaTable,
  expected: VersionRecord,
  findings: Findings,
  how: string,
): Promise<void> {
  const what = `${how}, version ${expected.version} (${expected.operation})`;
  findings.count("versions");
  findings.same(`${what}, version`, table.version, expected.version);
  await findings.part(what, async () => {
    compareState(table, expected, findings, what);
    await compareTransactions(table, expected, findings, what);
    await compareFiles(table, expected, findings, what);
  });
  await findings.part(`${what}, rows`, () => compareRows(table, expected, findings, what));
}

function compareState(table: DeltaTable, expected: VersionRecord, findings: Findings, what: string): void {
  findings.same(`${what}, protocol`, sortedFeatures(table.protocol), sortedFeatures(expected.protocol));
  findings.same(`${what}, partition columns`, table.metadata.partitionColumns, expected.partitionColumns);
  findings.same(`${what}, configuration`, { ...table.metadata.configuration }, expected.configuration);
  findings.same(`${what}, schema`, schemaJson(table.schema), expected.schema);
}

/** A protocol's lists of features have no order. */
function sortedFeatures(protocol: object): object {
  const entries = Object.entries(protocol).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(entries.map(([key, value]) => [key, Array.isArray(value) ? [...value].sort() : value]));
}

async function compareTransactions(
  table: DeltaTable,
  expected: VersionRecord,
  findings: Findings,
  what: string,
): Promise<void> {
  const found: Record<string, string> = {};
  for (const [appId, { version }] of await table.setTransactions()) found[appId] = String(version);
  findings.same(`${what}, transactions`, found, expected.transactions);
}

async function compareFiles(
  table: DeltaTable,
  expected: VersionRecord,
  findings: Findings,
  what: string,
): Promise<void> {
  const found: string[] = [];
  for await (const { path, size, partitionValues, deletionVector: vector } of table.files()) {
    const offset = vector?.offset === undefined ? "" : `@${vector.offset}`;
    const id = vector === undefined ? undefined : `${vector.storageType}${vector.pathOrInlineDv}${offset}`;
    found.push(fileText([path, size, partitionValues, id]));
  }
  const wanted = expected.files.map(fileText);
  findings.count("files", found.length);
  findings.same(`${what}, files`, found.sort(), wanted.sort());
}

/** A null partition value may as well be left out, as deltalake does in compacted logs. */
function fileText([path, size, values, vectorId]: FileRecord): string {
  const there = Object.entries(values).filter(([, value]) => value !== null);
  return JSON.stringify([path, size, there.sort(([a], [b]) => (a < b ? -1 : 1)), vectorId]);
}

async function compareRows(
  table: DeltaTable,
  expected: VersionRecord,
  findings: Findings,
  what: string,
): Promise<void> {
  const scan = table.scan();
  const texts = await rowTexts(scan.schema, scan.rows());
  findings.count("rows", texts.length);
  findings.same(`${what}, count`, await scan.count(), texts.length);
  if (expected.rows === undefined) {
    findings.count(`rows that the writer cannot read itself: ${expected.unread}`);
    return;
  }
  if (expected.otherRows !== undefined) findings.count("versions on which the writer's two readers disagree");
  findings.sameTexts(`${what}, rows`, texts, expected.rows);
  await compareProjection(table, texts, findings, what);
  if (expected.trackedRows !== undefined) {
    const tracked = table.scan({ metadataColumns: ["row_id", "row_commit_version"] });
    const trackedTexts = await rowTexts(tracked.schema, tracked.rows());
    findings.count("tracked rows", trackedTexts.length);
    findings.sameTexts(`${what}, rows with ids`, trackedTexts, expected.trackedRows);
  }
}

/** Every other column, from the last to the first, must be those columns of the whole rows. */
async function compareProjection(
  table: DeltaTable,
  texts: readonly string[],
  findings: Findings,
  what: string,
): Promise<void> {
  const names = table.schema.fields.map(({ name }) => name);
  const positions = names.map((_, position) => position).filter((position) => position % 2 === table.version % 2);
  if (positions.length === 0) return;
  positions.reverse();
  // A dot in a name leads into a struct, unless the name is quoted.
  const columns = positions.map((position) => `\`${names[position]!.replaceAll("`", "``")}\``);
  const scan = table.scan({ columns });
  const found = await rowTexts(scan.schema, scan.rows());
  const wanted = texts.map((text) => {
    const row: unknown[] = JSON.parse(text);
    return JSON.stringify(positions.map((position) => row[position]));
  });
  findings.same(`${what}, rows of ${columns.join(", ")}`, found.sort(), wanted.sort());
}

export async function rowTexts(schema: StructType, rows: AsyncIterable<Row>): Promise<string[]> {
  const write = rowWriter(schema);
  const texts: string[] = [];
  for await (const row of rows) texts.push(write(row));
  return texts;
}
