"""What a parameter may be, whatever library it comes from: text, numbers, booleans and None. Pure."""

from __future__ import annotations

import datetime
import json
import math
import re
from typing import Any, Mapping, Optional, Union

from ._float32 import widened
from ._numbers import MAX_SAFE_INTEGER, canonical_number, is_uncertain, number_text

#: The value of a parameter. An integer has all its digits, also beyond 2^53.
Value = Union[str, int, float, bool, None]


def plain(value: Any) -> Any:
    """A value of NumPy, pandas or an enumeration as Python's own; what is none of them stays as it is.

    A float32 becomes the shortest number that is the same float32: 0.1. A date becomes its text, 2026-11-01.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str.__str__(value)  # of an enumeration's member its text, not its name
    if isinstance(value, int):
        return int(value)
    if isinstance(value, bytes):
        return bytes(value).decode("utf-8")
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value.isoformat()
    if _is_missing(value):
        return None
    if is_quantity(value):
        return value
    kind = getattr(getattr(value, "dtype", None), "kind", None)
    if isinstance(value, float) and kind is None:
        return float(value)
    if kind is None or getattr(value, "shape", ()) != ():
        return value
    return _of_numpy(value, kind)


def _of_numpy(value: Any, kind: str) -> Any:
    if kind == "b":
        return bool(value)
    if kind in "iu":
        return int(value)
    if kind == "f":
        return widened(float(value)) if value.dtype.itemsize == 4 else float(str(value))
    if kind == "U":
        return str(value)
    return value


def _is_missing(value: Any) -> bool:
    """pandas.NA, and NumPy's masked constant: known by their types, so that no package is imported."""
    kind = type(value)
    root = kind.__module__.partition(".")[0]
    return (root, kind.__name__) in {
        ("pandas", "NAType"),
        ("numpy", "MaskedConstant"),
    }


def is_no_time(value: Any) -> bool:
    """NaT of pandas or of NumPy."""
    return type(value).__name__ in ("NaTType", "datetime64", "timedelta64") and str(value) == "NaT"


def is_quantity(value: Any) -> bool:
    """A number or an array with a unit, of astropy."""
    return any(
        kind.__module__.partition(".")[0] == "astropy" and kind.__name__ == "Quantity" for kind in type(value).__mro__
    )


def remedy_of(value: Any) -> Optional[str]:
    """How to write a value that is none here; None where nothing is known of it."""
    if is_quantity(value):
        return "write its number, by `.value` or `.to_value(unit)`"
    if is_no_time(value):
        return "a time that is missing is written as None"
    if isinstance(value, (datetime.datetime, datetime.time)):
        return "write a time as its text, by `.isoformat()`"
    if type(value).__name__ == "datetime64":
        return "write a time as its text, by `str(...)`"
    return None


def text_of(value: Value) -> str:
    """The one text that equal values have: ``0.10`` is ``0.1``, ``-0.0`` is ``0``, ``True`` is ``true``."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else number_text(value)


def identity_of(value: Value) -> tuple[str, str]:
    """Equal exactly for values that are one: 2 and 2.0 are, 2 and "2" and True are not."""
    if value is None or isinstance(value, bool):
        return "word", text_of(value)
    return ("text" if isinstance(value, str) else "number"), text_of(value)


def would_lose_digits(value: Any) -> bool:
    """Whether it is an integer whose digits JavaScript does not read as this number, or not surely."""
    if not isinstance(value, int) or isinstance(value, bool):
        return False
    return abs(value) > MAX_SAFE_INTEGER and canonical_number(str(value)) is None


def plain_scalar(value: Value) -> Value:
    """As state holds it: of an integer that a number does not surely hold its digits."""
    return str(value) if would_lose_digits(value) else value


def shown_value(value: Any) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    is_plain = value is None or isinstance(value, (bool, int, float))
    return text_of(value) if is_plain and not _is_not_finite(value) else str(value)


def shown(row: Mapping[str, Any]) -> str:
    """A row as error messages show it."""
    return "{ " + ", ".join(f"{name}: {shown_value(value)}" for name, value in row.items()) + " }"


_HALF = re.compile("[\ud800-\udfff]")


def half_of_character(text: str) -> bool:
    """Whether text has half of a surrogate pair, which is no character."""
    return _HALF.search(text) is not None


def fault_of(row: Any) -> Optional[str]:
    """What is wrong with a row, in words; None for nothing."""
    if not isinstance(row, Mapping):
        return f"is {row!r}, not a dict of parameters"
    if not row:
        return "has no parameters"
    for name, value in row.items():
        if not isinstance(name, str):
            return f"has a parameter called {name!r}: a name has to be text"
        if half_of_character(name) or (isinstance(value, str) and half_of_character(value)):
            return f"has half of a surrogate pair, which is no character, in {json.dumps(name)}"
        fault = _fault_of_value(name, value)
        if fault is not None:
            return fault
    return None


def _fault_of_value(name: str, value: Any) -> Optional[str]:
    if value is None or isinstance(value, (bool, int, str)):
        return None
    if not isinstance(value, float):
        what = f"{type(value).__name__} {value}"
        remedy = remedy_of(value)
        more = "" if remedy is None else f"; {remedy}"
        return f"has {what} as {name}: a parameter is text, a number, True, False or None{more}"
    if _is_not_finite(value):
        return f"has {value} as {name}: a parameter has to be a finite number"
    if is_uncertain(value):
        return (
            f"has {name} {number_text(value)}, which may not be what was written, because beyond 2^53 a float does not"
            " hold every digit: write it as an int, or as text"
        )
    return None


def _is_not_finite(value: Any) -> bool:
    return isinstance(value, float) and not math.isfinite(value)
