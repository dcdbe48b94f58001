"""Canonical text of rows: the encoding that the expectations share with `canonical-row.ts`.

A row is a JSON array with a value for each column: longs and decimals as text, dates and timestamps as ISO text with
six digits, binary as base64, structs and arrays as arrays, maps as sorted arrays of pairs, variants as the text of their JSON
with sorted names, NaN and infinities as text.
The text is what JSON.stringify gives. It is written here from the values that pyarrow hands out, by the Delta type.
"""
import base64
import decimal
import json
import re

import pyarrow as pa

# The columns of a change feed. The third, the time of the commit, is left out: readers take it from different places.
FEED_COLUMNS = [{"name": "_change_type", "type": "string"}, {"name": "_commit_version", "type": "long"}]
MICROS = 1_000_000
DAY = 86_400 * MICROS


def number_text(value):
    """A finite number as JavaScript writes it."""
    if isinstance(value, int):
        return str(value)
    if value == 0:
        return "0"
    # repr gives the shortest digits that lead back to the value; only their layout differs from JavaScript's.
    digits, _, written = repr(abs(value)).partition("e")
    whole, _, fraction = digits.partition(".")
    point = len(whole) + int(written or 0)
    digits = whole + (fraction if fraction != "0" else "")
    stripped = digits.lstrip("0")
    point -= len(digits) - len(stripped)
    digits = stripped.rstrip("0")
    count = len(digits)
    if count <= point <= 21:
        text = digits + "0" * (point - count)
    elif 0 < point <= 21:
        text = f"{digits[:point]}.{digits[point:]}"
    elif -6 < point <= 0:
        text = f"0.{'0' * -point}{digits}"
    else:
        power = point - 1
        text = f"{digits[0]}{'.' + digits[1:] if count > 1 else ''}e{'+' if power >= 0 else '-'}{abs(power)}"
    return f"-{text}" if value < 0 else text


def canonical(value):
    """The text of an encoded value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return number_text(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, dict):
        return f"{{{','.join(f'{canonical(key)}:{canonical(item)}' for key, item in sorted(value.items()))}}}"
    return f"[{','.join(map(canonical, value))}]"


def date_text(days):
    """Proleptic Gregorian, by counting years, months and days from 0000-03-01 (the end of a leap day's cycle)."""
    era, day = divmod(days + 719_468, 146_097)
    year = (day - day // 1460 + day // 36_524 - day // 146_096) // 365
    day -= 365 * year + year // 4 - year // 100
    month = (5 * day + 2) // 153
    day -= (153 * month + 2) // 5 - 1
    month += 3 if month < 10 else -9
    year += era * 400 + (1 if month <= 2 else 0)
    text = f"{year:04d}" if 0 <= year <= 9999 else f"{'-' if year < 0 else '+'}{abs(year):06d}"
    return f"{text}-{month:02d}-{day:02d}"


def timestamp_text(micros, zone):
    days, rest = divmod(micros, DAY)
    seconds, rest = divmod(rest, MICROS)
    return f"{date_text(days)}T{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{rest:06d}{zone}"


def float_value(value):
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    return 0 if value == 0 else value


def decimal_text(value, scale):
    with decimal.localcontext() as context:
        context.prec = 76
        value = value.quantize(decimal.Decimal(1).scaleb(-scale))
    return format(abs(value) if value == 0 else value, "f")


def row_texts(table, fields):
    """Canonical texts of the rows of an Arrow table, sorted; `fields` are those of Delta's schema JSON."""
    columns = [encode(table.column(table.schema.get_field_index(f["name"])), f["type"]) for f in fields]
    return sorted(map(canonical, map(list, zip(*columns))))


def encode(array, delta_type):
    """The encoded values of an Arrow array."""
    if isinstance(array, pa.ChunkedArray):
        return [value for chunk in array.chunks for value in encode(chunk, delta_type)]
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if isinstance(delta_type, dict):
        return encode_nested(array, delta_type)
    if delta_type in ("timestamp", "timestamp_ntz"):
        zone = "Z" if delta_type == "timestamp" else ""
        values = array.cast(pa.timestamp("us", array.type.tz)).cast(pa.int64()).to_pylist()
        return [None if value is None else timestamp_text(value, zone) for value in values]
    if delta_type == "date":
        return [None if value is None else date_text(value) for value in array.cast(pa.int32()).to_pylist()]
    text = leaf_text(delta_type)
    values = array.to_pylist()
    return values if text is None else [None if value is None else text(value) for value in values]


def leaf_text(delta_type):
    match = re.fullmatch(r"decimal\(\d+,\s*(\d+)\)", delta_type)
    if match:
        scale = int(match[1])
        return lambda value: decimal_text(value, scale)
    if delta_type == "long":
        return str
    if delta_type in ("float", "double"):
        return float_value
    if delta_type == "variant":
        return lambda text: canonical(json.loads(text))
    if delta_type == "binary":
        return lambda value: base64.b64encode(value).decode()
    return None


def encode_nested(array, delta_type):
    valid = array.is_valid().to_pylist()
    if delta_type["type"] == "struct":
        columns = [encode(array.field(i), field["type"]) for i, field in enumerate(delta_type["fields"])]
        return [[column[row] for column in columns] if there else None for row, there in enumerate(valid)]
    # Offsets count from the start of the children, also in a slice.
    offsets = array.offsets.to_pylist()
    spans = [range(*ends) for ends in zip(offsets, offsets[1:])]
    if delta_type["type"] == "array":
        elements = encode(array.values, delta_type["elementType"])
        return [[elements[i] for i in span] if there else None for span, there in zip(spans, valid)]
    keys = encode(array.keys, delta_type["keyType"])
    items = encode(array.items, delta_type["valueType"])
    return [
        sorted(([keys[i], items[i]] for i in span), key=canonical) if there else None
        for span, there in zip(spans, valid)
    ]
