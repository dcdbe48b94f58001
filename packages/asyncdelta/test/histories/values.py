"""Random values of a Delta type, as pyarrow takes them: days, microseconds, Decimal, bytes, lists, lists of pairs, dicts."""
import decimal
import re

import pyarrow as pa
from encoding import DAY
from schemas import arrow_field, arrow_type

BITS = {"byte": 8, "short": 16, "integer": 32, "long": 64}
FIRST_DAY, LAST_DAY = -719_162, 2_932_896  # 0001-01-01 and 9999-12-31
TEXTS = ["", "a", "A", "b", "naïve", "数量", "😀", "two words", "quo\"te", "it's", "back\\slash", "new\nline", "tab\t", "null", "%41", "x" * 40, "ü" * 33, "\u0000", "\u001f", "\ufeff", "﻿bom", "\U0010ffff"]
PARTITION_TEXTS = ["a", "A", "b", "x y", " ", "50%", "%41", "a/b", "c=d", "e:f", "ü", "u\u0308", "😀", "quo\"te", "it's", "new\nline", "tab\t", "back\\slash", "#?&+;,", ".", "null", ""]


def some_value(rng, delta_type):
    if isinstance(delta_type, dict):
        return nested_value(rng, delta_type)
    if delta_type in BITS:
        return some_integer(rng, BITS[delta_type])
    match = re.fullmatch(r"decimal\((\d+),(\d+)\)", delta_type)
    if match:
        return some_decimal(rng, int(match[1]), int(match[2]))
    return PRIMITIVE[delta_type](rng)


def nullable_value(rng, delta_type, nullable, nulls=0.2):
    return None if nullable and rng.random() < nulls else some_value(rng, delta_type)


def nested_value(rng, delta_type):
    kind = delta_type["type"]
    if kind == "struct":
        return {field["name"]: nullable_value(rng, field["type"], field["nullable"]) for field in delta_type["fields"]}
    count = rng.choice([0, 1, 1, 2, 3])
    if kind == "array":
        return [nullable_value(rng, delta_type["elementType"], delta_type["containsNull"]) for _ in range(count)]
    keys = {some_value(rng, delta_type["keyType"]) for _ in range(count)}
    return [(key, nullable_value(rng, delta_type["valueType"], delta_type["valueContainsNull"])) for key in keys]


def some_integer(rng, bits):
    edge = 1 << (bits - 1)
    if rng.random() < 0.15:
        return rng.choice([-edge, edge - 1, 0, -1])
    return rng.randint(-100, 100) if rng.random() < 0.6 else rng.randint(-edge, edge - 1)


def some_decimal(rng, precision, scale):
    digits = rng.randint(1, precision)
    unscaled = rng.randint(-(10**digits) + 1, 10**digits - 1)
    return decimal.Decimal((unscaled < 0, [int(c) for c in str(abs(unscaled))], -scale))


def some_float(rng, largest):
    if rng.random() < 0.15:
        return rng.choice([float("nan"), float("inf"), float("-inf"), -0.0, 0.0, largest, -largest])
    return rng.uniform(-1000, 1000) if rng.random() < 0.7 else rng.uniform(-1, 1) * 10.0 ** rng.randint(-30, 30)


def some_day(rng):
    return rng.choice([FIRST_DAY, LAST_DAY, 0, -141_428, -141_427]) if rng.random() < 0.1 else rng.randint(-200_000, 200_000)


def some_instant(rng):
    if rng.random() < 0.1:
        return rng.choice([FIRST_DAY * DAY, (LAST_DAY + 1) * DAY - 1, 0, -1])
    return rng.randint(-10_000, 40_000) * DAY + rng.choice([0, rng.randrange(DAY)])


PRIMITIVE = {
    "boolean": lambda rng: rng.random() < 0.5,
    "float": lambda rng: some_float(rng, 3.4028234663852886e38),
    "double": lambda rng: some_float(rng, 1.7976931348623157e308),
    "string": lambda rng: rng.choice(TEXTS) if rng.random() < 0.6 else "".join(rng.choices("abcdefäöü 0123", k=rng.randint(1, 12))),
    "binary": lambda rng: rng.randbytes(rng.choice([0, 1, 4, 16, 100])),
    "date": some_day,
    "timestamp": some_instant,
    "timestamp_ntz": some_instant,
    "void": lambda _: None,
}


def partition_pool(rng, field):
    """A few values of a partition column: those that deltalake can write at all, which its known gaps limit."""
    delta_type = field["type"]

    def one():
        if delta_type == "string":
            return rng.choice(PARTITION_TEXTS)
        if delta_type == "binary":
            return rng.choice([b"abc", b"\x00\xff", b"%/="])
        if delta_type in ("float", "double"):
            return rng.choice([0.5, -2.25, 0.0, 1e10, float("nan"), float("inf")])
        if delta_type.startswith("decimal") and not delta_type.endswith(",0)"):
            # It writes -0.50 as "0.-50", and then cannot read it.
            return decimal.Decimal(rng.randint(0, 10**6)) / 100
        return some_value(rng, delta_type)

    pool = [one() for _ in range(rng.randint(1, 4))]
    return pool + [None] if field["nullable"] and rng.random() < 0.6 else pool


class Rows:
    """Random rows of a history: the keys count up, and partition columns take few values, so that files are few."""

    def __init__(self, rng, fields, partitions):
        self.rng = rng
        self.next_key = 1
        self.pools = {field["name"]: partition_pool(rng, field) for field in fields if field["name"] in partitions}

    def table(self, fields, count, keys=None):
        """`count` new rows, or one for each of the keys."""
        if keys is None:
            keys = range(self.next_key, self.next_key + count)
            self.next_key += count
        columns = [self.column(field, keys if index == 0 else None, len(keys)) for index, field in enumerate(fields)]
        return pa.table(columns, schema=pa.schema([arrow_field(field) for field in fields]))

    def column(self, field, keys, count):
        if keys is not None:
            return pa.array(keys, arrow_type(field["type"]))
        pool = self.pools.get(field["name"])
        if pool is not None:
            return pa.array([self.rng.choice(pool) for _ in range(count)], arrow_type(field["type"]))
        nulls = self.rng.choice([0, 0.1, 0.1, 0.5, 1])
        return pa.array(
            [nullable_value(self.rng, field["type"], field["nullable"], nulls) for _ in range(count)],
            arrow_type(field["type"]),
        )
