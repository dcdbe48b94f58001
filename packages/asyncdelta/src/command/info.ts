import { type JsonValue, stringifyExactJson, typeName } from "@asyncdelta/kernel-core";
import type { DeltaTable } from "../delta-table.js";
import type { Command } from "./commands.js";
import { withTable } from "./with-table.js";

/** `asyncdelta info`: what the log says about the table as a whole. */
export const info: Command = (location, options, output) =>
  withTable(location, options, async (table) => {
    const facts = {
      transactions: await table.setTransactions(),
      domains: await table.domainMetadata(),
    };
    if (options.format === "jsonl") return output.write(infoJson(table, facts));
    const { displayText } = await import("../format/display-text.js");
    const style = await output.style();
    const lines = infoLines(table, facts).map(([name, text]) => `${style.bold(name.padEnd(16))}${displayText(text)}\n`);
    return output.write(lines.join(""));
  });

interface Facts {
  readonly transactions: Awaited<ReturnType<DeltaTable["setTransactions"]>>;
  readonly domains: Awaited<ReturnType<DeltaTable["domainMetadata"]>>;
}

function infoJson(table: DeltaTable, { transactions, domains }: Facts): string {
  const { schemaString, ...metadata } = table.metadata;
  // The schema's text goes out as it is: no number in it can lose a digit.
  const withoutSchema = stringifyExactJson(metadata as unknown as JsonValue).slice(0, -1);
  const members = {
    version: String(table.version),
    timestamp: String(table.timestamp),
    protocol: stringifyExactJson(table.protocol as unknown as JsonValue),
    metadata: `${withoutSchema},"schema":${schemaString.trim()}}`,
    setTransactions: stringifyExactJson(
      Object.fromEntries(
        Array.from(transactions, ([app, { version, lastUpdated }]) => [
          app,
          lastUpdated === undefined ? { version } : { version, lastUpdated },
        ]),
      ),
    ),
    domainMetadata: stringifyExactJson(
      Object.fromEntries(Array.from(domains, ([domain, { configuration }]) => [domain, configuration])),
    ),
  };
  return `{${Object.entries(members)
    .map(([name, text]) => `"${name}":${text}`)
    .join(",")}}\n`;
}

function infoLines(table: DeltaTable, { transactions, domains }: Facts): [name: string, text: string][] {
  const { protocol, metadata } = table;
  const features = [...new Set([...(protocol.readerFeatures ?? []), ...(protocol.writerFeatures ?? [])])];
  const lines: [string, string][] = [
    ["table", table.url],
    ["version", `${table.version}, committed ${new Date(table.timestamp).toISOString()}`],
    ["protocol", `reader ${protocol.minReaderVersion}, writer ${protocol.minWriterVersion}`],
  ];
  const add = (name: string, values: readonly string[]): void => {
    values.forEach((value, i) => {
      lines.push([i === 0 ? name : "", value]);
    });
  };
  add("features", features.length === 0 ? [] : [features.sort().join(", ")]);
  add("id", [metadata.id]);
  add("name", metadata.name === undefined ? [] : [metadata.name]);
  add("description", metadata.description === undefined ? [] : [metadata.description]);
  add("created", metadata.createdTime === undefined ? [] : [new Date(metadata.createdTime).toISOString()]);
  add("partitioned by", metadata.partitionColumns.length === 0 ? [] : [metadata.partitionColumns.join(", ")]);
  add(
    "properties",
    Object.entries(metadata.configuration).map(([name, value]) => `${name} = ${value}`),
  );
  add(
    "transactions",
    Array.from(transactions.values(), ({ appId, version }) => `${appId} at ${version}`),
  );
  add(
    "domains",
    Array.from(domains.values(), ({ domain, configuration }) => `${domain} ${configuration}`),
  );
  add(
    "columns",
    table.schema.fields.map(({ name, type, nullable }) => `${name} ${typeName(type)}${nullable ? "" : " not null"}`),
  );
  return lines;
}
