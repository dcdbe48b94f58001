"""Random table schemas, as Delta's schema JSON, and the Arrow types that belong to them."""
import re

import pyarrow as pa

PRIMITIVES = {
    "boolean": pa.bool_(),
    "byte": pa.int8(),
    "short": pa.int16(),
    "integer": pa.int32(),
    "long": pa.int64(),
    "float": pa.float32(),
    "double": pa.float64(),
    "string": pa.string(),
    "binary": pa.binary(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us", "UTC"),
    "timestamp_ntz": pa.timestamp("us"),
    "void": pa.null(),
}
DECIMALS = ["decimal(1,0)", "decimal(4,2)", "decimal(9,9)", "decimal(10,0)", "decimal(18,6)", "decimal(19,2)", "decimal(38,0)", "decimal(38,18)", "decimal(38,38)"]
PLAIN_NAMES = ["value", "amount", "Name", "createdAt", "x", "flag", "note", "city", "n1", "score"]
ODD_NAMES = [
    "two words", "a.b", "a.b.c", "Größe", "数量", "naïve café", "😀", "UPPER", "mixedCase", "semi;colon", "comma,name", "per%cent", "per%20cent",
    "quo\"te", "apo'strophe", "back`tick", "back\\slash", "slash/name", "equals=name", "(paren)", "{brace}", "[bracket]", "tab\tname", "new\nline",
    "colon:name", "hash#name", "question?", "plus+name", "star*", "dollar$", "at@name", "1", "0x10", "-", "_", ".", "..", "__proto__", "constructor", "toString",
    "element", "key_value", "list", "item", "array", "select", "null", "true", "İstanbul", "ß", "_metadata", "path",
]  # fmt: skip


def arrow_type(delta_type):
    if isinstance(delta_type, dict):
        kind = delta_type["type"]
        if kind == "struct":
            return pa.struct([arrow_field(field) for field in delta_type["fields"]])
        if kind == "array":
            return pa.list_(pa.field("element", arrow_type(delta_type["elementType"]), delta_type["containsNull"]))
        value = pa.field("value", arrow_type(delta_type["valueType"]), delta_type["valueContainsNull"])
        return pa.map_(arrow_type(delta_type["keyType"]), value)
    match = re.fullmatch(r"decimal\((\d+),(\d+)\)", delta_type)
    return pa.decimal128(int(match[1]), int(match[2])) if match else PRIMITIVES[delta_type]


def arrow_field(field):
    return pa.field(field["name"], arrow_type(field["type"]), field["nullable"])


def arrow_schema(fields):
    return pa.schema([arrow_field(field) for field in fields])


def make_field(name, delta_type, nullable=True):
    return {"name": name, "type": delta_type, "nullable": nullable, "metadata": {}}


def primitive(rng):
    names = [name for name in PRIMITIVES if name != "void"]
    return rng.choice(DECIMALS) if rng.random() < 0.2 else rng.choice(names)


def some_type(rng, depth=0):
    """A type nested at most three deep, more often a primitive."""
    if depth >= 3 or rng.random() < 0.7:
        return primitive(rng)
    kind = rng.choice(["struct", "array", "map"])
    if kind == "array":
        return {"type": "array", "elementType": some_type(rng, depth + 1), "containsNull": rng.random() < 0.8}
    if kind == "map":
        key = rng.choice(["string", "integer", "long", "date", "decimal(10,0)", "binary", "timestamp", "boolean"])
        return {"type": "map", "keyType": key, "valueType": some_type(rng, depth + 1), "valueContainsNull": rng.random() < 0.8}
    names = Names(rng)
    return {"type": "struct", "fields": [some_field(rng, names, depth + 1) for _ in range(rng.randint(1, 3))]}


def some_field(rng, names, depth=0):
    return make_field(names.next(), some_type(rng, depth), nullable=rng.random() < 0.8)


class Names:
    """Column names, no two of which differ in case alone."""

    def __init__(self, rng, taken=()):
        self.rng = rng
        self.taken = {folded(name) for name in taken}

    def next(self):
        for _ in range(100):
            name = self.rng.choice(PLAIN_NAMES if self.rng.random() < 0.6 else ODD_NAMES)
            if folded(name) not in self.taken:
                self.taken.add(folded(name))
                return name
        name = f"c{len(self.taken)}"
        self.taken.add(name)
        return name


def folded(name):
    return name.lower()


PARTITION_TYPES = [
    "string", "string", "string", "integer", "long", "date", "timestamp", "timestamp_ntz", "boolean", "byte", "short", "decimal(10,0)", "decimal(10,2)", "decimal(38,18)",
    "binary", "float", "double",
]  # fmt: skip


def some_schema(rng):
    """Fields, of which the first is the key of the rows, and the names of the partition columns."""
    key = rng.choice(["id", "id", "ID", "Id", "the id", "i.d", "Schlüssel"])
    names = Names(rng, taken=[key])
    fields = [make_field(key, rng.choice(["long", "long", "integer"]), nullable=rng.random() < 0.5)]
    fields += [some_field(rng, names) for _ in range(rng.randint(1, 7))]
    if rng.random() < 0.05:
        fields.append(make_field(names.next(), "void"))
    partitions = []
    if rng.random() < 0.6:
        for _ in range(rng.choice([1, 1, 1, 2, 3])):
            column = make_field(names.next(), rng.choice(PARTITION_TYPES), nullable=rng.random() < 0.85)
            fields.insert(rng.randint(1, len(fields)), column)
            partitions.append(column["name"])
    return fields, partitions
