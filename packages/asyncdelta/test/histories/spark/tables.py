"""Random tables for Delta Spark: which features they have, and the statement that creates them."""
import re

from schemas import make_field, some_schema
from spark_reader import quoted

SQL_TYPES = {
    "boolean": "BOOLEAN", "byte": "TINYINT", "short": "SMALLINT", "integer": "INT", "long": "BIGINT", "float": "FLOAT", "double": "DOUBLE",
    "string": "STRING", "binary": "BINARY", "date": "DATE", "timestamp": "TIMESTAMP", "timestamp_ntz": "TIMESTAMP_NTZ", "variant": "VARIANT",
}  # fmt: skip


def sql_type(delta_type):
    if not isinstance(delta_type, dict):
        return SQL_TYPES.get(delta_type, delta_type.upper())
    if delta_type["type"] == "struct":
        return f"STRUCT<{', '.join(column(field, ':') for field in delta_type['fields'])}>"
    if delta_type["type"] == "array":
        return f"ARRAY<{sql_type(delta_type['elementType'])}>"
    return f"MAP<{sql_type(delta_type['keyType'])}, {sql_type(delta_type['valueType'])}>"


def column(field, colon=""):
    return f"{quoted(field['name'])}{colon} {sql_type(field['type'])}{'' if field['nullable'] else ' NOT NULL'}"


def simplified(delta_type):
    """The type as SQL can say it, with nulls allowed everywhere: Spark holds a null struct against its required fields."""
    if not isinstance(delta_type, dict):
        return delta_type
    if delta_type["type"] == "struct":
        fields = [field | {"type": simplified(field["type"]), "nullable": True} for field in delta_type["fields"]]
        return {"type": "struct", "fields": fields}
    if delta_type["type"] == "array":
        return {"type": "array", "elementType": simplified(delta_type["elementType"]), "containsNull": True}
    value = simplified(delta_type["valueType"])
    return {"type": "map", "keyType": delta_type["keyType"], "valueType": value, "valueContainsNull": True}


def usable(field, mapped):
    """Whether Spark takes the name of a field: without column mapping some characters are forbidden."""
    if field["name"] == "_metadata" or field["type"] in ("void", "binary") and field.get("partition"):
        return False
    if not mapped and re.search(r"[ ,;{}()\n\t=]", field["name"]):
        return False
    delta_type = field["type"]
    while isinstance(delta_type, dict):
        if delta_type["type"] == "struct":
            return all(usable(inner, mapped) for inner in delta_type["fields"])
        delta_type = delta_type.get("elementType") or delta_type["valueType"]
    return delta_type != "void"


class Features:
    """What a table has from the start; each is switched on by chance."""

    def __init__(self, rng):
        self.mapping = rng.choice([None, "name", "name", "id"])
        self.clustered = rng.random() < 0.2
        self.variant = rng.random() < 0.25
        self.properties = {}
        if self.mapping:
            self.properties["delta.columnMapping.mode"] = self.mapping
        for name, value, chance in [
            ("delta.enableDeletionVectors", "true", 0.6),
            ("delta.enableChangeDataFeed", "true", 0.5),
            ("delta.enableRowTracking", "true", 0.3),
            ("delta.enableTypeWidening", "true", 0.4),
            ("delta.enableInCommitTimestamps", "true", 0.3),
            ("delta.checkpointPolicy", "v2", 0.4),
            ("delta.checkpointInterval", str(rng.randint(2, 5)), 0.5),
            ("delta.checkpoint.writeStatsAsStruct", "true", 0.3),
        ]:
            if rng.random() < chance:
                self.properties[name] = value
        # So that a date can be widened, and columns of this type be added.
        self.properties["delta.feature.timestampNtz"] = "supported"

    @property
    def widening(self):
        return "delta.enableTypeWidening" in self.properties


def some_table(rng, features):
    """Fields, partition columns, and the columns that Spark fills by itself with their SQL."""
    fields, partitions = some_schema(rng)
    for field in fields:
        field["type"] = simplified(field["type"])
    fields = [field for field in fields if usable(field, features.mapping is not None)]
    if not fields or fields[0]["type"] not in ("long", "integer") or not fields[0]["name"].lower().startswith(("i", "t", "s")):
        fields.insert(0, make_field("key", "long"))
    key = quoted(fields[0]["name"])
    names = [field["name"] for field in fields]
    binary = [field["name"] for field in fields if field["type"] == "binary"]
    partitions = [name for name in partitions if name in names and name not in binary]
    if features.variant:
        fields.append(make_field("a variant" if features.mapping else "variant", "variant"))
    own = []
    if rng.random() < 0.3:
        own.append(f"generated BIGINT GENERATED ALWAYS AS (CAST({key} AS BIGINT) * 2)")
    if rng.random() < 0.25:
        own.append(f"counted BIGINT GENERATED ALWAYS AS IDENTITY (START WITH {rng.choice([1, 100])} INCREMENT BY {rng.choice([1, -3])})")
    if rng.random() < 0.3:
        default = rng.choice(["INT DEFAULT 7", "STRING DEFAULT 'none'", "DATE DEFAULT DATE'1969-12-31'"])
        own.append(f"defaulted {default}")
        features.properties["delta.feature.allowColumnDefaults"] = "supported"
    if rng.random() < 0.3:
        own.append(rng.choice(["letters CHAR(5)", "letters VARCHAR(20)"]))
    return fields, partitions, own


def create_statement(path, fields, partitions, own, features):
    columns = ", ".join([column(field) for field in fields] + own)
    layout = f" PARTITIONED BY ({', '.join(map(quoted, partitions))})" if partitions else ""
    if features.clustered and not partitions:
        layout = f" CLUSTER BY ({quoted(fields[0]['name'])})"
    properties = ", ".join(f"'{name}' = '{value}'" for name, value in features.properties.items())
    return f"CREATE TABLE delta.`{path}` ({columns}) USING delta{layout} TBLPROPERTIES ({properties})"
