"""Canonical text of rows: the encoding that the expectations share with `canonical-row.ts`.

A row is a JSON array with a value for each column: longs and decimals as text, dates and timestamps as ISO text with
six digits, binary as base64, structs and arrays as arrays, maps as sorted arrays of pairs, NaN and infinities as text.
The text is what JSON.stringify gives. It is written here from the values that pyarrow hands out, by the Delta type.
"""
import base64
import decimal
import json
import re

import pyarrow as pa

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


def encoder(delta_type):
    """A function from a non-null value of `plain_values` to its encoded form."""
    if isinstance(delta_type, dict):
        kind = delta_type["type"]
        if kind == "struct":
            fields = [(field["name"], nullable_encoder(field["type"])) for field in delta_type["fields"]]
            return lambda value: [encode(value[name]) for name, encode in fields]
        if kind == "array":
            element = nullable_encoder(delta_type["elementType"])
            return lambda value: [element(item) for item in value]
        key, item = encoder(delta_type["keyType"]), nullable_encoder(delta_type["valueType"])
        return lambda value: sorted(([key(k), item(v)] for k, v in value), key=canonical)
    decimal_type = re.fullmatch(r"decimal\(\d+,\s*(\d+)\)", delta_type)
    if decimal_type:
        scale = int(decimal_type[1])
        return lambda value: decimal_text(value, scale)
    return {
        "long": str,
        "float": float_value,
        "double": float_value,
        "binary": lambda value: base64.b64encode(value).decode(),
        "date": date_text,
        "timestamp": lambda value: timestamp_text(value, "Z"),
        "timestamp_ntz": lambda value: timestamp_text(value, ""),
    }.get(delta_type, lambda value: value)


def nullable_encoder(delta_type):
    encode = encoder(delta_type)
    return lambda value: None if value is None else encode(value)


def plain_values(array):
    """The values of an Arrow array, with dates as days and timestamps as microseconds, also inside nested ones."""
    if isinstance(array, pa.ChunkedArray):
        return [value for chunk in array.chunks for value in plain_values(chunk)]
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    array = array.cast(retyped(array.type, in_micros))
    return array.cast(retyped(array.type, as_integer)).to_pylist()


def in_micros(kind):
    return pa.timestamp("us", kind.tz) if pa.types.is_timestamp(kind) else kind


def as_integer(kind):
    if pa.types.is_date(kind):
        return pa.int32()
    return pa.int64() if pa.types.is_timestamp(kind) else kind


def retyped(kind, leaf):
    """The Arrow type with each of its leaves replaced."""

    def field(old):
        return old.with_type(retyped(old.type, leaf))

    if pa.types.is_struct(kind):
        return pa.struct([field(kind.field(i)) for i in range(kind.num_fields)])
    if pa.types.is_map(kind):
        return pa.map_(field(kind.key_field), field(kind.item_field))
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return pa.list_(field(kind.value_field))
    return leaf(kind)
