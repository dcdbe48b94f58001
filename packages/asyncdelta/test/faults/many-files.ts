import { ChangeTable } from "../../../kernel-core/test/support/change-table.js";
import { type Action, add, metadata, padded, protocol, ROOT } from "../../../kernel-core/test/support/log-table.js";
import { type BadTable, badTable } from "../bad-bytes/bad-table.js";
import { randomFrom } from "../bad-bytes/random.js";

/** Enough that no part of the checkpoint comes whole with its footer. */
const FILES = 9000;

/**
 * A checkpoint of version 3 in parts, with transactions and domains, and a commit behind it, which `restates` protocol and
 * metadata or not: then opening needs nothing of the checkpoint. Its data files are not there.
 */
export async function manyFiles(parts: number, { restates = false } = {}): Promise<BadTable> {
  const table = new ChangeTable();
  const pick = randomFrom(parts);
  const noise = () => Array.from({ length: 6 }, () => pick(2 ** 31).toString(36)).join("-");
  const own: Action[] = [protocol({ minWriterVersion: 7, writerFeatures: ["domainMetadata"] }), metadata()];
  const others: Action[] = [
    ...own,
    { txn: { appId: "app", version: 7 } },
    { domainMetadata: { domain: "d", configuration: "{}", removed: false } },
  ];
  for (let part = 1; part <= parts; part++) {
    const stats = () => `{"numRecords":${pick(1000)},"tag":"${noise()}"}`;
    const files = Array.from({ length: FILES }, () => add(`part-${noise()}.parquet`, { size: 1, stats: stats() }));
    const suffix = [part, parts].map((number) => String(number).padStart(10, "0")).join(".");
    const name = parts === 1 ? "checkpoint" : `checkpoint.${suffix}`;
    await table.parquet(`${padded(3)}.${name}.parquet`, part === 1 ? [...others, ...files] : files);
  }
  table.put("_last_checkpoint", JSON.stringify({ version: 3, size: FILES * parts, ...(parts === 1 ? {} : { parts }) }));
  table.commit(4, [...(restates ? own : []), add("newest.parquet", { size: 1, stats: '{"numRecords":5}' })]);
  const contents = new Map<string, Uint8Array>();
  for (const url of table.memory.urls()) contents.set(url.slice(ROOT.length), await table.memory.read(url));
  return badTable(`many-${parts}`, contents);
}
