import { describe, expect, test } from "vitest";
import type { Metadata } from "../src/actions/metadata.js";
import type { Protocol } from "../src/actions/protocol.js";
import { type DeltaError, isDeltaError } from "../src/errors.js";
import { checkReadable } from "../src/protocol/check-protocol.js";
import { FEATURES, findFeature } from "../src/protocol/features.js";
import { columnMappingMode } from "../src/schema/column-mapping.js";
import { parseSchema } from "../src/schema/parse-schema.js";

/** PROTOCOL.md, "Valid Feature Names in Table Features", and the sections that the list forgets. */
const PROTOCOL_READER_WRITER = ["columnMapping", "deletionVectors", "timestampNtz", "v2Checkpoint", "catalogManaged"];
PROTOCOL_READER_WRITER.push("vacuumProtocolCheck", "variantType", "variantShredding", "typeWidening");
const PROTOCOL_WRITER = ["appendOnly", "invariants", "checkConstraints", "generatedColumns", "allowColumnDefaults"];
PROTOCOL_WRITER.push("changeDataFeed", "identityColumns", "rowTracking", "domainMetadata", "icebergCompatV1");
PROTOCOL_WRITER.push("icebergCompatV2", "clustering", "inCommitTimestamp");
/** Its `protocol_rfcs`. */
const RFC_READER_WRITER = ["adaptiveMetadata", "timestampNanos"];
const RFC_WRITER = ["checkpointProtection", "collations", "columnMappingUsageTracking", "icebergCompatV3"];
RFC_WRITER.push("icebergWriterCompatV1", "materializePartitionColumns");

const schema = parseSchema('{"type":"struct","fields":[{"name":"a","type":"long","nullable":true,"metadata":{}}]}');
function metadata(extra: Partial<Metadata> = {}): Metadata {
  const format = { provider: "parquet", options: {} };
  return { id: "x", format, schemaString: "", partitionColumns: [], configuration: {}, ...extra };
}
function versions(reader: number, writer: number, readerFeatures?: string[], writerFeatures?: string[]): Protocol {
  return {
    minReaderVersion: reader,
    minWriterVersion: writer,
    ...(readerFeatures && { readerFeatures }),
    ...(writerFeatures && { writerFeatures }),
  };
}
function refusal(protocol: Protocol, meta: Metadata = metadata(), table = schema): DeltaError {
  try {
    checkReadable(protocol, meta, table);
  } catch (error) {
    if (isDeltaError(error)) return error;
    throw error;
  }
  throw new Error("was accepted");
}

describe("the table of features", () => {
  test("has a row for every feature of the protocol and its RFCs, of the right kind", () => {
    const kinds = Object.fromEntries(FEATURES.map(({ name, kind }) => [name, kind]));
    for (const name of [...PROTOCOL_READER_WRITER, ...RFC_READER_WRITER])
      expect(kinds[name], name).toBe("reader-writer");
    for (const name of [...PROTOCOL_WRITER, ...RFC_WRITER]) expect(kinds[name], name).toBe("writer");
  });

  test("is sorted, and no name or alias occurs twice", () => {
    const names = FEATURES.map(({ name }) => name);
    expect(names).toEqual([...names].sort());
    const all = FEATURES.flatMap(({ name, aliases }) => [name, ...aliases]);
    expect(new Set(all).size).toBe(all.length);
  });

  test("requires only features that are in it", () => {
    for (const { name, requires } of FEATURES)
      for (const other of requires) expect(findFeature(other)?.name, name).toBe(other);
  });

  test("never lets a writer's feature stand in a reader's way", () => {
    for (const { name, kind, read } of FEATURES) if (kind === "writer") expect(read.status, name).toBe("yes");
  });

  test("finds a preview by its alias", () => {
    expect(findFeature("variantType-preview")).toBe(findFeature("variantType"));
    expect(findFeature("blahabl")).toBeUndefined();
  });
});

describe("reader features", () => {
  test.each(FEATURES.filter(({ kind }) => kind === "reader-writer").flatMap((f) => [f.name, ...f.aliases]))(
    "%s is read or refused by name, as its row says",
    (name) => {
      const protocol = versions(3, 7, [name], [name]);
      if (findFeature(name)!.read.status === "no") {
        expect(refusal(protocol)).toMatchObject({ code: "FEATURE_UNSUPPORTED", feature: name });
      } else checkReadable(protocol, metadata(), schema);
    },
  );

  test("one that is not known is refused by name", () => {
    const error = refusal(versions(3, 7, ["deletionVectors", "blahabl"], ["deletionVectors", "blahabl"]));
    expect(error).toMatchObject({ code: "FEATURE_UNSUPPORTED", feature: "blahabl" });
    expect(error.message).toContain("blahabl");
  });

  test("a catalog-managed table is refused: its latest versions are not in its log alone", () => {
    const features = ["catalogManaged"];
    expect(refusal(versions(3, 7, features, ["inCommitTimestamp", ...features])).feature).toBe("catalogManaged");
  });

  test("writer features, known or not, and writer versions yet to come do not stand in the way", () => {
    checkReadable(versions(1, 7, undefined, ["liquid", "rowTracking", "checkConstraints"]), metadata(), schema);
    checkReadable(versions(1, 8, undefined, ["x"]), metadata(), schema);
    checkReadable(versions(1, 6), metadata(), schema);
  });
});

describe("versions and lists", () => {
  test("a reader version yet to come asks for a newer reader", () => {
    const error = refusal(versions(5, 7, ["columnMapping"], ["columnMapping"]));
    expect(error.code).toBe("FEATURE_UNSUPPORTED");
    expect(error.message).toContain("reader version 5");
  });

  test.each([
    ["reader 3 needs writer 7", versions(3, 6, [])],
    ["reader 3 has readerFeatures", versions(3, 7, undefined, [])],
    ["writer 7 has writerFeatures", versions(1, 7)],
    ["reader 2 has no readerFeatures", versions(2, 7, ["columnMapping"], ["columnMapping"])],
    ["writer 5 has no writerFeatures", versions(2, 5, undefined, ["columnMapping"])],
    ["a feature only in readerFeatures", versions(3, 7, ["deletionVectors"], [])],
    ["an unknown feature only in readerFeatures", versions(3, 7, ["blahabl"], [])],
    ["a reader's feature only in writerFeatures", versions(3, 7, [], ["deletionVectors"])],
    [
      "a reader's feature only in writerFeatures, under an old reader version",
      versions(2, 7, undefined, ["deletionVectors"]),
    ],
    ["column mapping under reader version 1", versions(1, 7, undefined, ["columnMapping"])],
    ["version 0", versions(0, 1)],
    ["a version that is no whole number", versions(1.5, 2)],
  ])("PROTOCOL_INVALID: %s", (_, protocol) => {
    expect(refusal(protocol).code).toBe("PROTOCOL_INVALID");
  });

  test("reader version 2 with writer version 7 is column mapping without a list", () => {
    const protocol = versions(2, 7, undefined, ["columnMapping", "identityColumns"]);
    checkReadable(protocol, metadata(), schema);
  });

  test("a preview in one list and the final name in the other are the same feature", () => {
    const error = refusal(versions(3, 7, ["catalogOwned-preview"], ["catalogManaged"]));
    expect(error).toMatchObject({ code: "FEATURE_UNSUPPORTED", feature: "catalogOwned-preview" });
  });

  test("an empty list where none belongs is no contradiction", () => {
    checkReadable(versions(1, 2, [], []), metadata(), schema);
  });
});

describe("column mapping", () => {
  const mapped = (mode: string): Metadata => metadata({ configuration: { "delta.columnMapping.mode": mode } });
  const withNames = (a: object, b: object): typeof schema => {
    const inner = { type: "struct", fields: [{ name: "b", type: "long", nullable: true, metadata: b }] };
    const element = { type: "array", elementType: inner, containsNull: true };
    return parseSchema(JSON.stringify({ type: "struct", fields: [{ name: "a", type: element, metadata: a }] }));
  };
  const one = { "delta.columnMapping.id": 1, "delta.columnMapping.physicalName": "col-1" };
  const two = { "delta.columnMapping.id": 2, "delta.columnMapping.physicalName": "col-2" };

  test("the mode counts only where the protocol has the feature", () => {
    const features = ["columnMapping"];
    expect(columnMappingMode(versions(2, 5), mapped("name"))).toBe("name");
    expect(columnMappingMode(versions(3, 7, features, features), mapped("id"))).toBe("id");
    expect(columnMappingMode(versions(3, 7, [], []), mapped("name"))).toBe("none");
    expect(columnMappingMode(versions(1, 4), mapped("name"))).toBe("none");
    expect(columnMappingMode(versions(2, 5), metadata())).toBe("none");
    expect(columnMappingMode(versions(2, 5), mapped("none"))).toBe("none");
  });

  test("a mode that does not exist is refused, unless it does not count", () => {
    expect(refusal(versions(2, 5), mapped("both"))).toMatchObject({
      code: "FEATURE_UNSUPPORTED",
      feature: "columnMapping",
    });
    checkReadable(versions(1, 2), mapped("both"), schema);
  });

  test("mapping metadata that lingers without the mode is not looked at", () => {
    checkReadable(versions(2, 5), metadata(), withNames({ "delta.columnMapping.id": "?" }, {}));
  });

  test("every field needs a physical name, nested ones too", () => {
    checkReadable(versions(2, 5), mapped("name"), withNames(one, two));
    const error = refusal(versions(2, 5), mapped("name"), withNames(one, {}));
    expect(error).toMatchObject({ code: "SCHEMA_INVALID", column: "a.element.b" });
  });

  test("under id every field needs an id of its own", () => {
    checkReadable(versions(2, 5), mapped("id"), withNames(one, two));
    checkReadable(versions(2, 5), mapped("name"), withNames(one, { "delta.columnMapping.physicalName": "col-2" }));
    expect(refusal(versions(2, 5), mapped("id"), withNames(one, { ...two, "delta.columnMapping.id": 1 })).column).toBe(
      "a.element.b",
    );
    expect(
      refusal(versions(2, 5), mapped("id"), withNames(one, { "delta.columnMapping.physicalName": "x" })).code,
    ).toBe("SCHEMA_INVALID");
  });
});

describe("partition columns", () => {
  test.each([
    ["a column that the schema lacks", ["b"]],
    ["a column twice", ["a", "A"]],
  ])("%s is SCHEMA_INVALID", (_, partitionColumns) => {
    expect(refusal(versions(1, 2), metadata({ partitionColumns })).code).toBe("SCHEMA_INVALID");
  });

  test("a nested column has no partition value", () => {
    const type = { type: "array", elementType: "long", containsNull: true };
    const nested = parseSchema(JSON.stringify({ type: "struct", fields: [{ name: "n", type }] }));
    expect(refusal(versions(1, 2), metadata({ partitionColumns: ["n"] }), nested).column).toBe("n");
  });
});
