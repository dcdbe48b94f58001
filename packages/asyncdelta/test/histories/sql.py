"""Random SQL predicates and literals, as deltalake takes them."""
import re

from encoding import date_text, timestamp_text
from values import some_value


def identifier(name):
    return '"' + name.replace('"', '""') + '"'


def literal(delta_type, value):
    if value is None:
        return "NULL"
    if delta_type == "boolean":
        return "true" if value else "false"
    if delta_type in ("byte", "short", "integer", "long"):
        return str(value)
    if delta_type == "string":
        return "'" + value.replace("'", "''") + "'"
    if delta_type == "date":
        return f"DATE '{date_text(value)}'"
    if delta_type == "timestamp":
        return f"arrow_cast('{timestamp_text(value, 'Z')}', 'Timestamp(Microsecond, Some(\"UTC\"))')"
    if delta_type == "timestamp_ntz":
        return f"arrow_cast('{timestamp_text(value, '')}', 'Timestamp(Microsecond, None)')"
    match = re.fullmatch(r"decimal\((\d+),(\d+)\)", delta_type)
    if match:
        return f"arrow_cast('{value:f}', 'Decimal128({match[1]}, {match[2]})')"
    return None


def comparable(fields):
    """The columns of which a literal can be written."""
    kinds = ("boolean", "byte", "short", "integer", "long", "string", "date", "timestamp", "timestamp_ntz")
    return [f for f in fields if isinstance(f["type"], str) and (f["type"] in kinds or f["type"].startswith("decimal"))]


def predicate(history):
    """About some of the rows: by key mostly, else by another column."""
    rng = history.rng
    key = identifier(history.fields[0]["name"])
    newest = history.rows.next_key
    kind = rng.random()
    if kind < 0.25:
        return f"{key} % {rng.randint(2, 5)} = {rng.randint(0, 1)}"
    if kind < 0.55:
        low = rng.randrange(newest)
        return f"{key} >= {low} AND {key} < {low + rng.randint(1, newest)}"
    field = rng.choice(comparable(history.fields))
    name = identifier(field["name"])
    if kind < 0.65:
        return f"{name} IS {rng.choice(['NULL', 'NOT NULL'])}"
    pool = [value for value in history.rows.pools.get(field["name"], []) if value is not None]
    value = rng.choice(pool) if pool else some_value(rng, field["type"])
    operator = rng.choice(["=", "=", "<>"] if field["type"] in ("boolean", "string") else ["=", "<", ">=", "<>"])
    return f"{name} {operator} {literal(field['type'], value)}"
