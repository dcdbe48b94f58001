"""`python generate.py` (pyarrow): makes `src/rehearsal/rehearsal-table.ts`, the log of a table as small as can be.

It has a checkpoint as Spark writes them, in Snappy and with dictionaries, and a commit behind it.
"""

import base64
import io
import json
import pathlib

import pyarrow as pa
import pyarrow.parquet as pq

TEXT = pa.string()
TEXTS = pa.map_(TEXT, TEXT)
VECTOR = pa.struct(
    [("storageType", TEXT), ("pathOrInlineDv", TEXT), ("offset", pa.int32()), ("sizeInBytes", pa.int32()), ("cardinality", pa.int64())]
)
ADD = pa.struct(
    [
        ("path", TEXT),
        ("partitionValues", TEXTS),
        ("size", pa.int64()),
        ("modificationTime", pa.int64()),
        ("dataChange", pa.bool_()),
        ("tags", TEXTS),
        ("stats", TEXT),
        ("deletionVector", VECTOR),
    ]
)
REMOVE = pa.struct(
    [("path", TEXT), ("deletionTimestamp", pa.int64()), ("dataChange", pa.bool_()), ("partitionValues", TEXTS), ("size", pa.int64()), ("deletionVector", VECTOR)]
)
METADATA = pa.struct(
    [
        ("id", TEXT),
        ("name", TEXT),
        ("description", TEXT),
        ("format", pa.struct([("provider", TEXT), ("options", TEXTS)])),
        ("schemaString", TEXT),
        ("partitionColumns", pa.list_(TEXT)),
        ("configuration", TEXTS),
        ("createdTime", pa.int64()),
    ]
)
PROTOCOL = pa.struct(
    [("minReaderVersion", pa.int32()), ("minWriterVersion", pa.int32()), ("readerFeatures", pa.list_(TEXT)), ("writerFeatures", pa.list_(TEXT))]
)
TXN = pa.struct([("appId", TEXT), ("version", pa.int64()), ("lastUpdated", pa.int64())])

FIELDS = [("id", "long"), ("at", "timestamp"), ("price", "double"), ("name", "string"), ("region", "string")]
SCHEMA = json.dumps(
    {"type": "struct", "fields": [{"name": name, "type": kind, "nullable": True, "metadata": {}} for name, kind in FIELDS]},
    separators=(",", ":"),
)


def add(number):
    bounds = {"id": number, "at": "2024-01-01T00:00:00.000Z", "price": number + 0.5, "name": f"name {number}"}
    stats = {"numRecords": 1, "minValues": bounds, "maxValues": bounds, "nullCount": {name: 0 for name in bounds}}
    region = ["eu", "us"][number % 2]
    return {
        "path": f"region={region}/part-{number:05}.snappy.parquet",
        "partitionValues": {"region": region},
        "size": 1000 + number,
        "modificationTime": 1700000000000 + number,
        "dataChange": False,
        "stats": json.dumps(stats, separators=(",", ":")),
    }


def remove(number):
    kept = {key: value for key, value in add(number).items() if key in ("path", "partitionValues", "size")}
    return {**kept, "deletionTimestamp": 1700000001000, "dataChange": True}


def row(**action):
    maps = {key: list(value.items()) for key, value in next(iter(action.values())).items() if isinstance(value, dict) and key != "format"}
    return {name: {**value, **maps} for name, value in action.items()}


PROTOCOL_ROW = {"minReaderVersion": 1, "minWriterVersion": 2}
METADATA_ROW = {
    "id": "5fba94ed-9794-4965-ba6e-6ee3c0d22af9",
    "format": {"provider": "parquet"},
    "schemaString": SCHEMA,
    "partitionColumns": ["region"],
    "configuration": {"delta.appendOnly": "false"},
    "createdTime": 1700000000000,
}


def checkpoint():
    rows = [row(protocol=PROTOCOL_ROW), row(metaData=METADATA_ROW), row(txn={"appId": "a", "version": 1}), row(remove=remove(9))]
    rows += [row(add=add(number)) for number in range(4)]
    schema = pa.schema([("txn", TXN), ("add", ADD), ("remove", REMOVE), ("metaData", METADATA), ("protocol", PROTOCOL)])
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, schema), out, compression="snappy", store_schema=False)
    return out.getvalue()


def lines(*actions):
    return "".join(json.dumps(action, separators=(",", ":")) + "\n" for action in actions)


COMMITS = {
    10: lines({"commitInfo": {"timestamp": 1700000000000, "operation": "WRITE"}}, {"add": add(3)}),
    11: lines({"commitInfo": {"timestamp": 1700000002000, "operation": "MERGE"}}, {"add": add(4)}, {"remove": remove(0)}),
}

if __name__ == "__main__":
    parquet = checkpoint()
    files = {f"{version:020}.json": text for version, text in COMMITS.items()}
    files["_last_checkpoint"] = lines({"version": 10, "size": 8}).strip()
    target = pathlib.Path(__file__).parent.parent / "src/rehearsal/rehearsal-table.ts"
    entries = "".join(f"  {json.dumps(name)}:\n    {json.dumps(text)},\n" for name, text in files.items())
    target.write_text(
        "/** Made by `rehearsal/generate.py`: the files of a log, by name. */\n"
        f"export const LOG_FILES: Readonly<Record<string, string>> = {{\n{entries}}};\n\n"
        "/** And its checkpoint, in base64. */\n"
        f'export const CHECKPOINT_NAME = "{10:020}.checkpoint.parquet";\n'
        f'export const CHECKPOINT: string =\n  "{base64.b64encode(parquet).decode()}";\n'
    )
    print(len(parquet))
