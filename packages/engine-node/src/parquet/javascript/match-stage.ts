import type { RowRanges } from "@asyncdelta/kernel-core";
import type { RecordBatch } from "apache-arrow";
import { named } from "./decode-columns.js";
import { LeafMatcher } from "./leaf-matcher.js";
import { markDictionary } from "./mark-dictionary.js";
import { assembleStage, type Stage } from "./stages.js";
import type { Turn } from "./turn.js";

/** Where the first columns to be looked at are one, its values are looked at in its dictionary, as far as it has one. */
export function matcherOf(stage: Stage | undefined): LeafMatcher | undefined {
  if (stage?.step === undefined || stage.nodes.length > 1) return undefined;
  const [node] = stage.nodes;
  if (node?.kind !== "leaf" || node.rep > 0) return undefined;
  const { own, step } = stage;
  return new LeafMatcher(stage.readers[0]!.lendPages(), (dictionary, entries) =>
    markDictionary(node, own, (batch) => step.select(batch), dictionary, entries),
  );
}

/** Wanted rows among the next ones, at most so many, and the columns of the stage for them. */
export async function readMatches(
  stage: Stage,
  matcher: LeafMatcher,
  most: number,
  url: string,
  turn: Turn,
): Promise<{ readonly length: number; readonly ranges: RowRanges; readonly columns: RecordBatch } | undefined> {
  await turn.give();
  const found = await named(stage.nodes[0]!, url, () => matcher.next(most));
  if (found === undefined) return undefined;
  const { length, ranges, rows } = found;
  const columns = await assembleStage(stage, new Map([[rows.leaf, rows]]), rows.levels.entries, url, turn);
  return { length, ranges, columns };
}
