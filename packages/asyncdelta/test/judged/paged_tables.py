"""Makes tables whose data files have page indexes and bloom filters, and evaluates predicates over them with pyarrow.

usage: paged_tables.py FOLDER; prints {"tables": [path], "cases": [{"where", "rows", "ids", "listed"}]}
"""
import json
import os
import random
import sys

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

ROWS = 60_000
folder = sys.argv[1]
chance = random.Random(71)

table = pa.table(
    {
        "id": pa.array(range(ROWS), pa.int64()),
        "x": pa.array([chance.randrange(1000) if i % 7 else None for i in range(ROWS)], pa.int32()),
        "s": pa.array([None if i // 3000 % 2 else f"{i // 100:06d}-{chance.random()}" for i in range(ROWS)]),
        "l": pa.array([[i] * (i % 3) if i % 5 else None for i in range(ROWS)], pa.list_(pa.int64())),
    }
)
fields = [("id", "long"), ("x", "integer"), ("s", "string")]
list_type = {"type": "array", "elementType": "long", "containsNull": True}
schema = {
    "type": "struct",
    "fields": [{"name": n, "type": t, "nullable": True, "metadata": {}} for n, t in [*fields, ("l", list_type)]],
}


def write(name, **options):
    path = os.path.join(folder, name)
    os.makedirs(os.path.join(path, "_delta_log"))
    data = os.path.join(path, "a.parquet")
    pq.write_table(table, data, row_group_size=20_000, max_rows_per_page=700, write_page_index=True, **options)
    actions = [
        {"protocol": {"minReaderVersion": 1, "minWriterVersion": 2}},
        {
            "metaData": {
                "id": name,
                "format": {"provider": "parquet", "options": {}},
                "schemaString": json.dumps(schema),
                "partitionColumns": [],
                "configuration": {},
            }
        },
        {
            "add": {
                "path": "a.parquet",
                "size": os.path.getsize(data),
                "partitionValues": {},
                "modificationTime": 0,
                "dataChange": True,
            }
        },
    ]
    with open(os.path.join(path, "_delta_log", f"{0:020d}.json"), "w") as commit:
        commit.writelines(json.dumps(action) + "\n" for action in actions)
    return path


def case(where, expression):
    rows = table.filter(expression)
    listed = sum(sum(values) for values in rows["l"].to_pylist() if values)
    return {"where": where, "rows": rows.num_rows, "ids": sum(rows["id"].to_pylist()), "listed": listed}


def cases():
    field = pc.field
    for _ in range(25):
        low = chance.randrange(ROWS)
        high = low + chance.randrange(3000)
        x = chance.randrange(1100)
        yield case(f"id between {low} and {high}", (field("id") >= low) & (field("id") <= high))
        yield case(f"x = {x} and id > {low}", (field("x") == x) & (field("id") > low))
        start = f"{low // 100:06d}"
        yield case(f"s like '{start}%'", pc.starts_with(field("s"), start))
        yield case(f"s is null and id in ({low}, {high})", field("s").is_null() & field("id").isin([low, high]))


tables = [
    write("dictionaries", data_page_version="1.0"),
    write("blooms", data_page_version="2.0", use_dictionary=False, bloom_filter_options={"x": {"ndv": 1000}}),
]
print(json.dumps({"tables": tables, "cases": list(cases())}))
