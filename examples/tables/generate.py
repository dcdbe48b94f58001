#!/usr/bin/env python3
"""Writes the tables beside this file anew: `python generate.py`, with the packages of
.ci/interop-requirements.txt. The rows are the same each time; file names and commit times of `trips` are not.

trips     partitioned by city (one name needs encoding, one value is null); 13 commits: appends, three deletes, an update,
          a new column, a checkpoint at version 10 and two commits after it. Written by deltalake.
readings  not partitioned, ten commits of one file each, no checkpoint; its log is written here, with in-commit
          timestamps, so that travelling by time works whatever the files' own times are.
"""
import datetime as dt
import json
import os
import shutil
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable, write_deltalake

HERE = os.path.dirname(os.path.abspath(__file__))
UTC = dt.timezone.utc
CITIES = ["Lisbon", "São Paulo", None]
FIRST_ID = 2**53 + 1  # a double cannot hold it


def fresh(name):
    path = os.path.join(HERE, name)
    shutil.rmtree(path, ignore_errors=True)
    os.makedirs(path)
    return path


def trips_of_day(day, tips=False):
    """Five trips in each city; everything follows from the day's number."""
    numbers = [day * 15 + i for i in range(15)]
    start = dt.datetime(2026, 3, 1, 6, tzinfo=UTC) + dt.timedelta(days=day)
    columns = {
        "id": pa.array([FIRST_ID + n for n in numbers], pa.int64()),
        "pickup": pa.array([start + dt.timedelta(minutes=7 * n, microseconds=n) for n in numbers], pa.timestamp("us", "UTC")),
        "passengers": pa.array([n % 4 if n % 11 else None for n in numbers], pa.int32()),
        "distance": pa.array([0.5 + (n * 37 % 100) / 8 for n in numbers], pa.float64()),
        "fare": pa.array([Decimal(n * 53 % 4000 + 250) / 100 for n in numbers], pa.decimal128(10, 2)),
        "city": pa.array([CITIES[n % 3] for n in numbers], pa.string()),
    }
    if tips:
        columns["tip"] = pa.array([Decimal(n * 7 % 500) / 100 if n % 2 else None for n in numbers], pa.decimal128(10, 2))
    return pa.table(columns)


def write_trips():
    path = fresh("trips")

    def append(day, **options):
        write_deltalake(path, trips_of_day(day, **options), mode="append", partition_by=["city"],
                        schema_mode="merge" if options else None)

    for day in range(3):
        append(day)  # versions 0, 1, 2
    DeltaTable(path).delete("fare < 5")  # 3
    append(3)  # 4
    DeltaTable(path).update(predicate="passengers = 0", updates={"passengers": "1"})  # 5
    for day in range(4, 6):
        append(day, tips=True)  # 6 brings the column `tip`, 7
    DeltaTable(path).delete("city = 'Lisbon' and distance > 12")  # 8
    for day in range(6, 8):
        append(day, tips=True)  # 9, 10
    DeltaTable(path).create_checkpoint()
    append(8, tips=True)  # 11
    DeltaTable(path).delete("city = 'São Paulo' and fare > 30")  # 12


def write_readings():
    path = fresh("readings")
    os.makedirs(os.path.join(path, "_delta_log"))
    schema = {"type": "struct", "fields": [
        {"name": "sensor", "type": "string", "nullable": False, "metadata": {}},
        {"name": "at", "type": "timestamp", "nullable": False, "metadata": {}},
        {"name": "celsius", "type": "decimal(5,2)", "nullable": True, "metadata": {}}]}
    for version in range(10):
        hour = dt.datetime(2026, 3, 1, version, tzinfo=UTC)
        rows = pa.table({
            "sensor": pa.array(["attic", "cellar", "garden"], pa.string()),
            "at": pa.array([hour + dt.timedelta(minutes=59)] * 3, pa.timestamp("us", "UTC")),
            "celsius": pa.array([Decimal(1800 + 35 * version) / 100, Decimal(1150) / 100,
                                 None if version == 4 else Decimal(-250 + 110 * version) / 100], pa.decimal128(5, 2)),
        })
        name = f"part-{version:05d}.parquet"
        pq.write_table(rows, os.path.join(path, name), store_schema=False, compression="snappy")
        commit_time = int((hour + dt.timedelta(hours=1)).timestamp() * 1000)
        actions = [{"commitInfo": {"inCommitTimestamp": commit_time, "timestamp": commit_time,
                                   "operation": "WRITE" if version else "CREATE TABLE AS SELECT",
                                   "operationParameters": {"mode": "Append"}, "engineInfo": "generate.py"}}]
        if version == 0:
            actions += [
                {"protocol": {"minReaderVersion": 1, "minWriterVersion": 7, "writerFeatures": ["inCommitTimestamp"]}},
                {"metaData": {"id": "5b0f1d0c-9b1d-4f6e-8f65-0e8f5a3c7d11", "format": {"provider": "parquet", "options": {}},
                              "schemaString": json.dumps(schema), "partitionColumns": [],
                              "configuration": {"delta.enableInCommitTimestamps": "true"}, "createdTime": commit_time}}]
        celsius = [v for v in rows["celsius"].to_pylist() if v is not None]
        at = f"{hour:%Y-%m-%dT%H}:59:00.000Z"
        stats = (f'{{"numRecords":3,"minValues":{{"sensor":"attic","at":"{at}","celsius":{min(celsius)}}},'
                 f'"maxValues":{{"sensor":"garden","at":"{at}","celsius":{max(celsius)}}},'
                 f'"nullCount":{{"sensor":0,"at":0,"celsius":{3 - len(celsius)}}}}}')
        actions.append({"add": {"path": name, "partitionValues": {}, "size": os.path.getsize(os.path.join(path, name)),
                                "modificationTime": commit_time, "dataChange": True, "stats": stats}})
        with open(os.path.join(path, "_delta_log", f"{version:020d}.json"), "w", encoding="utf-8") as f:
            f.writelines(json.dumps(a, ensure_ascii=False, separators=(",", ":")) + "\n" for a in actions)


if __name__ == "__main__":
    write_trips()
    write_readings()
    for name in ("trips", "readings"):
        table = DeltaTable(os.path.join(HERE, name))
        print(f"{name}: version {table.version()}, {len(table.file_uris())} files, {table.to_pyarrow_table().num_rows} rows")
