"""The operations of a history. Each takes the history, does one thing to its table, and says in words what it did."""
import json
import os
import time
import uuid

import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import BloomFilterProperties, ColumnProperties, CommitProperties, DeltaTable, Transaction, WriterProperties, write_deltalake
from deltalake.schema import Field
from deltalake.transaction import AddAction
from schemas import Names, make_field, some_field, some_schema
from sql import comparable, identifier, literal, predicate
from values import Rows, some_value

DAY_SECONDS = 86_400


def writer_properties(rng):
    return WriterProperties(
        compression=rng.choice(["SNAPPY", "SNAPPY", "ZSTD", "GZIP", "BROTLI", "LZ4_RAW", "UNCOMPRESSED"]),
        max_row_group_size=rng.choice([None, 3, 16]),
        data_page_row_count_limit=rng.choice([None, 2, 5]),
        write_batch_size=rng.choice([None, 2]),
        statistics_truncate_length=rng.choice([None, 4]),
        default_column_properties=ColumnProperties(
            dictionary_enabled=rng.choice([None, True, False]),
            statistics_enabled=rng.choice([None, "NONE", "CHUNK", "PAGE"]),
            bloom_filter_properties=BloomFilterProperties(True) if rng.random() < 0.2 else None,
        ),
    )


def commit_properties(history):
    rng = history.rng
    transactions = None
    if rng.random() < 0.2:
        number = history.next_application_version() + rng.choice([0, 2**53])
        transactions = [Transaction(rng.choice(["app", "other app", "ä\"pp"]), number, rng.choice([None, 1_700_000_000_000]))]
    metadata = {"note": rng.choice(["plain", "ü \"quoted\"", "9007199254740993"])} if rng.random() < 0.2 else None
    return CommitProperties(custom_metadata=metadata, app_transactions=transactions)


def common(history):
    return {"writer_properties": writer_properties(history.rng), "commit_properties": commit_properties(history)}


def some_rows(history, keys=None):
    count = history.rng.choice([0, 1, 3, 8, 8, 20, 40]) if keys is None else 0
    return history.rows.table(history.fields, count, keys)


def create(history):
    """The first version: an empty table, or one with rows."""
    rng = history.rng
    if rng.random() < 0.4:
        DeltaTable.create(
            history.path,
            pa.schema(some_rows(history, keys=[]).schema),
            partition_by=history.partitions,
            configuration=history.configuration,
            name=rng.choice([None, "täble"]),
            description=rng.choice([None, "with \"quotes\""]),
        )
        return "create"
    write_deltalake(history.path, some_rows(history), partition_by=history.partitions or None, configuration=history.configuration, **common(history))
    return "create with rows"


def append(history):
    write_deltalake(history.table(), some_rows(history), mode="append", **common(history))
    return "append"


def append_large(history):
    rows = history.rows.table(history.fields, 1500)
    write_deltalake(history.table(), rows, mode="append", **common(history))
    return "append 1500 rows"


def append_with_new_column(history):
    rng = history.rng
    names = Names(rng, taken=[field["name"] for field in history.fields])
    field = some_field(rng, names)
    field["nullable"] = True
    fields = history.fields + [field]
    if rng.random() < 0.3:
        # Leave a nullable column out, which the rows then have as null.
        free = [f["name"] for f in history.fields[1:] if f["nullable"] and f["name"] not in history.partitions]
        left_out = rng.choice(free) if free else None
        fields = [f for f in fields if f["name"] != left_out]
    rows = history.rows.table(fields, rng.choice([0, 2, 10]))
    write_deltalake(history.table(), rows, mode="append", schema_mode="merge", **common(history))
    return f"append with new column {field['name']!r}"


def add_columns(history):
    names = Names(history.rng, taken=[field["name"] for field in history.fields])
    fields = [some_field(history.rng, names) for _ in range(history.rng.randint(1, 2))]
    if "timestamp_ntz" in json.dumps([field["type"] for field in fields]):
        return None  # deltalake forgets to enable the feature, and then refuses its own table.
    for field in fields:
        field["nullable"] = True
    history.table().alter.add_columns([Field.from_json(json.dumps(field)) for field in fields])
    return f"add columns {[field['name'] for field in fields]}"


def overwrite(history):
    write_deltalake(history.table(), some_rows(history), mode="overwrite", **common(history))
    return "overwrite"


def overwrite_schema(history):
    rng = history.rng
    fields, partitions = some_schema(rng)
    if rng.random() < 0.7:
        partitions = [name for name in history.partitions if name in [field["name"] for field in fields]]
    rows = Rows(rng, fields, partitions)
    rows.next_key = history.rows.next_key
    write_deltalake(history.table(), rows.table(fields, 5), mode="overwrite", schema_mode="overwrite", partition_by=partitions, **common(history))
    history.rows = rows
    return "overwrite with another schema"


def replace_where(history):
    rng = history.rng
    key = history.fields[0]["name"]
    low = rng.randrange(history.rows.next_key)
    high = low + rng.randint(1, 10)
    keys = [k for k in range(low, high) if rng.random() < 0.7]
    where = f"{identifier(key)} >= {low} AND {identifier(key)} < {high}"
    write_deltalake(history.table(), some_rows(history, keys=keys), mode="overwrite", predicate=where, **common(history))
    return f"replace where {where}"


def replace_partition(history):
    rng = history.rng
    name = rng.choice(history.partitions)
    field = next(field for field in history.fields if field["name"] == name)
    value = rng.choice(history.rows.pools[name])
    text = literal(field["type"], value)
    if text is None:
        return None
    rows = some_rows(history)
    column = pa.array([value] * rows.num_rows, rows.schema.field(name).type)
    rows = rows.set_column(rows.schema.get_field_index(name), rows.schema.field(name), column)
    where = f"{identifier(name)} IS NULL" if value is None else f"{identifier(name)} = {text}"
    write_deltalake(history.table(), rows, mode="overwrite", predicate=where, **common(history))
    return f"replace where {where}"


def delete(history):
    where = None if history.rng.random() < 0.1 else predicate(history)
    history.table().delete(where, **common(history))
    return f"delete where {where}"


def update(history):
    rng = history.rng
    free = [field for field in comparable(history.fields)[1:] if field["name"] not in history.partitions or rng.random() < 0.3]
    if not free:
        return None
    field = rng.choice(free)
    value = None if field["nullable"] and rng.random() < 0.3 else new_value(history, field)
    where = None if rng.random() < 0.1 else predicate(history)
    history.table().update(updates={identifier(field["name"]): literal(field["type"], value)}, predicate=where, **common(history))
    return f"update {field['name']!r} where {where}"


def new_value(history, field):
    pool = history.rows.pools.get(field["name"])
    return history.rng.choice(pool) if pool else some_value(history.rng, field["type"])


def merge(history):
    rng = history.rng
    newest = history.rows.next_key
    history.rows.next_key += 5
    keys = sorted(rng.sample(range(1, newest + 5), min(newest, rng.randint(1, 12))))
    source = some_rows(history, keys=keys)
    key = identifier(history.fields[0]["name"])
    merger = history.table().merge(source, f"t.{key} = s.{key}", source_alias="s", target_alias="t", **common(history))
    done = []
    if rng.random() < 0.3:
        merger = merger.when_matched_delete(f"t.{key} % 3 = 0")
        done.append("delete some")
    if rng.random() < 0.8:
        merger = merger.when_matched_update_all()
        done.append("update all")
    if rng.random() < 0.8:
        merger = merger.when_not_matched_insert_all()
        done.append("insert all")
    if rng.random() < 0.2 or not done:
        merger = merger.when_not_matched_by_source_delete(f"t.{key} % 2 = 0")
        done.append("delete others")
    merger.execute()
    return f"merge: {', '.join(done)}"


def compact(history):
    history.table().optimize.compact(**common(history))
    return "compact"


def z_order(history):
    free = [field["name"] for field in comparable(history.fields) if field["name"] not in history.partitions]
    columns = history.rng.sample(free, min(len(free), 2))
    history.table().optimize.z_order(columns, **common(history))
    return f"z-order by {columns}"


def checkpoint(history):
    history.table().create_checkpoint()
    return "checkpoint"


def clean_log(history):
    """Checkpoints, and removes the commits before, which are made to look old."""
    table = history.table()
    table.create_checkpoint()
    log = os.path.join(history.path, "_delta_log")
    for position, name in enumerate(sorted(os.listdir(log))):
        old = time.time() - 90 * DAY_SECONDS + position
        os.utime(os.path.join(log, name), (old, old))
    history.table().cleanup_metadata()
    return "checkpoint and clean the log"


def compact_log(history):
    newest = history.table().version()
    if newest < 1:
        return None
    first = history.rng.randrange(newest)
    last = history.rng.randint(first + 1, newest)
    history.table().compact_logs(first, last)
    return f"compact the log from {first} to {last}"


def vacuum(history):
    history.table().vacuum(retention_hours=0, dry_run=False, enforce_retention_duration=False, full=history.rng.random() < 0.3)
    return "vacuum"


def restore(history):
    newest = history.table().version()
    if newest < 1:
        return None
    target = history.rng.randrange(newest)
    history.table().restore(target)
    return f"restore version {target}"


def set_properties(history):
    rng = history.rng
    properties = rng.choice(
        [
            {"delta.checkpointInterval": str(rng.randint(1, 4))},
            {"delta.dataSkippingNumIndexedCols": rng.choice(["-1", "0", "1"])},
            {"delta.enableChangeDataFeed": rng.choice(["true", "true", "false"])},
            {"delta.checkpoint.writeStatsAsStruct": "true", "delta.checkpoint.writeStatsAsJson": "false"},
            {"delta.logRetentionDuration": "interval 1 hours"},
            {"delta.appendOnly": "false"},
        ]
    )
    history.table().alter.set_table_properties(properties)
    return f"set {properties}"


def constraint(history):
    table = history.table()
    if history.rng.random() < 0.3:
        table.alter.drop_constraint("positive", raise_if_not_exists=False)
        return "drop constraint"
    table.alter.add_constraint({"positive": f"{identifier(history.fields[0]['name'])} > -1"})
    return "add constraint"


def describe(history):
    rng = history.rng
    alter = history.table().alter
    if rng.random() < 0.4:
        field = rng.choice(history.fields)
        alter.set_column_metadata(field["name"], {"comment": rng.choice(["words", "ü \"quoted\"", ""])})
        return f"comment on {field['name']!r}"
    if rng.random() < 0.5:
        alter.set_table_name("næm")
        return "name"
    alter.set_table_description("words")
    return "description"


def allow_nulls(history):
    required = [field["name"] for field in history.fields if not field["nullable"]]
    if not required:
        return None
    name = history.rng.choice(required)
    history.table().alter.drop_column_not_null(name)
    return f"let {name!r} be null"


def foreign_file(history):
    """A data file in another physical form, written by pyarrow and committed by deltalake."""
    rng = history.rng
    if any(field["type"] == "void" for field in history.fields):
        return None
    rows = some_rows(history)
    values = {}
    for name in history.partitions:
        field = next(field for field in history.fields if field["name"] == name)
        if field["type"] != "string":
            return None
        values[name] = rng.choice(history.rows.pools[name])
    rows = rows.drop_columns(history.partitions)
    name = f"foreign-{uuid.UUID(int=rng.getrandbits(128))}.parquet"
    path = os.path.join(history.path, name)
    dictionary = rng.random() < 0.5
    options = dict(
        version=rng.choice(["1.0", "2.4", "2.6"]),
        use_dictionary=dictionary,
        compression=rng.choice(["none", "snappy", "gzip", "brotli", "zstd", "lz4"]),
        data_page_version=rng.choice(["1.0", "2.0"]),
        data_page_size=rng.choice([1, 100, 1 << 20]),
        row_group_size=rng.choice([1, 7, 1000]),
        use_deprecated_int96_timestamps=rng.random() < 0.3,
        use_byte_stream_split=not dictionary and rng.random() < 0.3,
        use_compliant_nested_type=rng.random() < 0.7,
        write_page_index=rng.random() < 0.5,
        store_schema=rng.random() < 0.5,
        store_decimal_as_integer=rng.random() < 0.5,
        write_statistics=rng.random() < 0.7,
        write_page_checksum=rng.random() < 0.5,
    )
    pq.write_table(rows, path, **options)
    if not read_back(path, rows):
        pq.write_table(rows, path)
    size = os.path.getsize(path)
    add = AddAction(name, size, values, int(time.time() * 1000), True, json.dumps({"numRecords": rows.num_rows}))
    schema = history.table().schema()
    history.table().create_write_transaction([add], "append", schema, history.partitions or None)
    return "a file by pyarrow"


def read_back(path, rows):
    """Whether pyarrow, which is to say what a file holds, reads it as it was meant: INT96 holds not every timestamp."""
    try:
        return pq.read_table(path).cast(rows.schema).equals(rows)
    except pa.ArrowInvalid:
        return False


# Operation and weight.
OPERATIONS = [
    (append, 14), (append_with_new_column, 5), (add_columns, 3), (overwrite, 3), (overwrite_schema, 2), (replace_where, 5),
    (replace_partition, 3), (delete, 10), (update, 9), (merge, 9), (compact, 4), (z_order, 3), (checkpoint, 5), (clean_log, 2),
    (compact_log, 3), (vacuum, 2), (restore, 3), (set_properties, 4), (constraint, 2), (describe, 2), (allow_nulls, 1), (foreign_file, 6),
    (append_large, 1),
]  # fmt: skip


def some_operation(history):
    operations = [operation for operation, _ in OPERATIONS if operation is not replace_partition or history.partitions]
    weights = dict(OPERATIONS)
    return history.rng.choices(operations, [weights[operation] for operation in operations])[0]
