import { Bool, Float64, Int32, Int64, type RecordBatch, Table, Utf8, vectorFromArray } from "apache-arrow";
import { describe, expect, test } from "vitest";
import { RowDigest } from "../src/roads/row-digest.js";

const columns = {
  long: vectorFromArray([1n, 2n, null, 4n, -5n, 2n ** 60n], new Int64()),
  int: vectorFromArray([1, 2, 3, 4, 5, 6], new Int32()),
  double: vectorFromArray([0.5, null, -0.5, Number.NaN, 1e300, 0], new Float64()),
  text: vectorFromArray(["a", "", null, "é", "d", "e"], new Utf8()),
  bool: vectorFromArray([true, false, null, true, false, true], new Bool()),
};

function digest(...batches: RecordBatch[]): readonly number[] {
  const rows = new RowDigest();
  for (const batch of batches) rows.add(batch);
  return rows.values();
}

const [whole] = new Table(columns).batches as [RecordBatch];

describe("the digest of rows", () => {
  test("does not depend on how they are cut into batches", () => {
    for (let cut = 1; cut < 6; cut++) {
      expect(digest(whole.slice(0, cut), whole.slice(cut))).toEqual(digest(whole));
    }
  });

  test("depends on their order and on every value", () => {
    const swapped = digest(whole.slice(1), whole.slice(0, 1));
    for (const [i, value] of digest(whole).entries()) expect(swapped[i]).not.toBe(value);
    expect(digest(whole.slice(0, 5))).not.toEqual(digest(whole));
  });
});
