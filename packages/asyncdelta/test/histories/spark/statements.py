"""The operations of a history by Delta Spark, each a statement or two."""
from encoding import date_text, timestamp_text
from schemas import Names, some_field
from spark_reader import quoted
from tables import column, simplified, sql_type, usable
from values import some_value

WIDER = {"byte": ["short", "integer", "long"], "short": ["integer", "long"], "integer": ["long"], "float": ["double"], "date": ["timestamp_ntz"]}


def literal(delta_type, value):
    if value is None:
        return "NULL"
    if delta_type in ("byte", "short", "integer", "long"):
        return f"CAST('{value}' AS {sql_type(delta_type)})"
    if delta_type == "boolean":
        return str(value).lower()
    if delta_type == "string":
        escaped = value.replace("\\", "\\\\").replace("'", "\\'")
        return f"'{escaped}'"
    if delta_type == "date":
        return f"DATE'{date_text(value)}'"
    if delta_type == "timestamp":
        return f"TIMESTAMP'{timestamp_text(value, 'Z')}'"
    if delta_type == "timestamp_ntz":
        return f"TIMESTAMP_NTZ'{timestamp_text(value, '')}'"
    return f"CAST('{value:f}' AS {sql_type(delta_type)})"


def comparable(fields):
    kinds = ("boolean", "byte", "short", "integer", "long", "string", "date", "timestamp", "timestamp_ntz")
    plain = [field for field in fields if isinstance(field["type"], str)]
    return [field for field in plain if field["type"] in kinds or field["type"].startswith("decimal")]


def predicate(history):
    rng = history.rng
    key = quoted(history.fields[0]["name"])
    newest = history.rows.next_key
    kind = rng.random()
    if kind < 0.3:
        return f"{key} % {rng.randint(2, 5)} = {rng.randint(0, 1)}"
    if kind < 0.6:
        low = rng.randrange(newest)
        return f"{key} >= {low} AND {key} < {low + rng.randint(1, newest)}"
    field = rng.choice(comparable(history.fields))
    name = quoted(field["name"])
    if kind < 0.7:
        return f"{name} IS {rng.choice(['NULL', 'NOT NULL'])}"
    pool = [value for value in history.rows.pools.get(field["name"], []) if value is not None]
    value = rng.choice(pool) if pool else some_value(rng, field["type"])
    return f"{name} {rng.choice(['=', '<>', '>='])} {literal(field['type'], value)}"


def append(history):
    rows = history.source(history.rng.choice([1, 5, 10, 30]))
    names = ", ".join(map(quoted, rows))
    history.sql(f"INSERT INTO {history.name} ({names}) SELECT {names} FROM source")
    return "append"


def append_large(history):
    rows = history.source(1000)
    names = ", ".join(map(quoted, rows))
    history.sql(f"INSERT INTO {history.name} ({names}) SELECT {names} FROM source")
    return "append 1000 rows"


def append_in_application(history):
    """Through the DataFrame writer, with a transaction identifier, and perhaps with a column that is new."""
    history.source(5)
    history.application += 1
    writer = history.spark.table("source").write.format("delta").mode("append")
    writer = writer.option("txnAppId", "app").option("txnVersion", history.application)
    writer.option("mergeSchema", "true").save(history.path)
    return "append by an application"


def overwrite(history):
    rows = history.source(8)
    names = ", ".join(map(quoted, rows))
    history.sql(f"INSERT OVERWRITE {history.name} ({names}) SELECT {names} FROM source")
    return "overwrite"


def replace_where(history):
    rng = history.rng
    low = rng.randrange(history.rows.next_key)
    high = low + rng.randint(1, 10)
    key = quoted(history.fields[0]["name"])
    where = f"{key} >= {low} AND {key} < {high}"
    history.source(keys=range(low, high, rng.randint(1, 2)))
    writer = history.spark.table("source").write.format("delta").mode("overwrite")
    writer.option("replaceWhere", where).save(history.path)
    return f"replace where {where}"


def delete(history):
    where = predicate(history)
    history.sql(f"DELETE FROM {history.name} WHERE {where}")
    return f"delete where {where}"


def delete_more(history):
    """Several small deletes, so that deletion vectors grow."""
    key = quoted(history.fields[0]["name"])
    for _ in range(2):
        history.sql(f"DELETE FROM {history.name} WHERE {key} % 7 = {history.rng.randrange(7)}")
    return "two deletes"


def update(history):
    rng = history.rng
    free = comparable(history.own_fields())[1:]
    if not free:
        return None
    field = rng.choice(free)
    pool = history.rows.pools.get(field["name"])
    value = rng.choice(pool) if pool else some_value(rng, field["type"])
    if field["nullable"] and rng.random() < 0.3:
        value = None
    where = predicate(history)
    history.sql(f"UPDATE {history.name} SET {quoted(field['name'])} = {literal(field['type'], value)} WHERE {where}")
    return f"update {field['name']!r} where {where}"


def merge(history):
    rng = history.rng
    newest = history.rows.next_key
    history.rows.next_key += 5
    keys = sorted(rng.sample(range(1, newest + 5), min(newest, rng.randint(1, 12))))
    names = [quoted(name) for name in history.source(keys=keys)]
    key = names[0]
    clauses = []
    if rng.random() < 0.3:
        clauses.append(f"WHEN MATCHED AND t.{key} % 3 = 0 THEN DELETE")
    if rng.random() < 0.8:
        clauses.append(f"WHEN MATCHED THEN UPDATE SET {', '.join(f't.{name} = s.{name}' for name in names)}")
    values = ", ".join(f"s.{name}" for name in names)
    clauses.append(f"WHEN NOT MATCHED THEN INSERT ({', '.join(names)}) VALUES ({values})")
    if rng.random() < 0.2:
        clauses.append(f"WHEN NOT MATCHED BY SOURCE AND t.{key} % 2 = 0 THEN DELETE")
    history.sql(f"MERGE INTO {history.name} t USING source s ON t.{key} = s.{key} {' '.join(clauses)}")
    return "merge"


def optimize(history):
    free = [field["name"] for field in comparable(history.fields) if field["name"] not in history.partitions]
    order = f" ZORDER BY ({quoted(history.rng.choice(free))})" if history.rng.random() < 0.3 and not history.features.clustered else ""
    history.sql(f"OPTIMIZE {history.name}{order}")
    return f"optimize{order}"


def purge(history):
    history.sql(f"REORG TABLE {history.name} APPLY (PURGE)")
    return "purge deleted rows"


def checkpoint(history):
    log = history.spark._jvm.org.apache.spark.sql.delta.DeltaLog
    log.forTable(history.spark._jsparkSession, history.path).checkpoint()
    return "checkpoint"


def vacuum(history):
    history.sql(f"VACUUM {history.name} RETAIN 0 HOURS")
    return "vacuum"


def restore(history):
    newest = history.recorder.latest
    if newest < 1:
        return None
    target = history.rng.randrange(newest)
    history.sql(f"RESTORE TABLE {history.name} TO VERSION AS OF {target}")
    return f"restore version {target}"


def add_column(history):
    names = Names(history.rng, taken=[field["name"] for field in history.all_fields])
    field = some_field(history.rng, names)
    field |= {"nullable": True, "type": simplified(field["type"])}
    if not usable(field, history.features.mapping is not None):
        return None
    place = history.rng.choice(["", " FIRST", f" AFTER {quoted(history.rng.choice(history.all_fields)['name'])}"])
    history.sql(f"ALTER TABLE {history.name} ADD COLUMNS ({column(field)}{place})")
    return f"add column {field['name']!r}{place}"


def rename_column(history):
    field = history.rng.choice(history.all_fields[1:])
    new = Names(history.rng, taken=[other["name"] for other in history.all_fields]).next()
    history.sql(f"ALTER TABLE {history.name} RENAME COLUMN {quoted(field['name'])} TO {quoted(new)}")
    if field["name"] in history.rows.pools:
        history.rows.pools[new] = history.rows.pools.pop(field["name"])
    return f"rename column {field['name']!r} to {new!r}"


def drop_column(history):
    free = [field["name"] for field in history.own_fields()[1:] if field["name"] not in history.partitions]
    if not free:
        return None
    name = history.rng.choice(free)
    history.sql(f"ALTER TABLE {history.name} DROP COLUMN {quoted(name)}")
    return f"drop column {name!r}"


def rename_field(history):
    """Of a struct."""
    structs = [f for f in history.fields if isinstance(f["type"], dict) and f["type"]["type"] == "struct"]
    if not structs:
        return None
    field = history.rng.choice(structs)
    inner = history.rng.choice(field["type"]["fields"])["name"]
    history.sql(f"ALTER TABLE {history.name} RENAME COLUMN {quoted(field['name'])}.{quoted(inner)} TO renamed")
    return f"rename field {inner!r} of {field['name']!r}"


def widen(history):
    free = [field for field in history.own_fields() if isinstance(field["type"], str) and field["type"] in WIDER]
    decimals = [field for field in history.own_fields() if field["type"] in ("decimal(4,2)", "decimal(10,0)", "decimal(18,6)")]
    if not free + decimals:
        return None
    field = history.rng.choice(free + decimals)
    if field in free:
        wider = sql_type(history.rng.choice(WIDER[field["type"]]))
    else:
        wider = "DECIMAL(38,10)"
    history.sql(f"ALTER TABLE {history.name} ALTER COLUMN {quoted(field['name'])} TYPE {wider}")
    return f"widen {field['name']!r} from {field['type']} to {wider}"


def set_properties(history):
    rng = history.rng
    name, value = rng.choice(
        [
            ("delta.enableDeletionVectors", rng.choice(["true", "false"])),
            ("delta.enableChangeDataFeed", rng.choice(["true", "false"])),
            ("delta.enableTypeWidening", "true"),
            ("delta.enableRowTracking", "true"),
            ("delta.enableInCommitTimestamps", "true"),
            ("delta.checkpointPolicy", rng.choice(["v2", "classic"])),
            ("delta.columnMapping.mode", "name"),
            ("delta.dataSkippingNumIndexedCols", rng.choice(["0", "1", "-1"])),
        ]
    )
    if name == "delta.columnMapping.mode":
        history.features.mapping = history.features.mapping or "name"
    history.sql(f"ALTER TABLE {history.name} SET TBLPROPERTIES ('{name}' = '{value}')")
    return f"set {name} to {value}"


def comment(history):
    field = history.rng.choice(history.fields)
    history.sql(f"ALTER TABLE {history.name} ALTER COLUMN {quoted(field['name'])} COMMENT 'wörds \"quoted\"'")
    return f"comment on {field['name']!r}"


def cluster(history):
    if not history.features.clustered or history.partitions:
        return None
    field = history.rng.choice(comparable(history.fields))
    history.sql(f"ALTER TABLE {history.name} CLUSTER BY ({quoted(field['name'])})")
    return f"cluster by {field['name']!r}"


# Operation and weight.
OPERATIONS = [
    (append, 12), (append_large, 2), (append_in_application, 3), (overwrite, 2), (replace_where, 4), (delete, 10), (delete_more, 5), (update, 8),
    (merge, 9), (optimize, 4), (purge, 2), (checkpoint, 4), (vacuum, 2), (restore, 3), (add_column, 5), (rename_column, 5), (drop_column, 4),
    (rename_field, 2), (widen, 7), (set_properties, 6), (comment, 1), (cluster, 2),
]  # fmt: skip


# What these need may not be there from the start.
MAPPED = (rename_column, drop_column, rename_field)


def some_operation(history):
    """One that the table is made for, or, now and then, any."""
    weights = dict(OPERATIONS)
    if history.rng.random() < 0.95:
        for operation in MAPPED if history.features.mapping is None else ():
            del weights[operation]
        if not history.features.widening:
            del weights[widen]
    return history.rng.choices(list(weights), list(weights.values()))[0]
