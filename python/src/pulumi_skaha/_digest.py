"""Texts that TypeScript writes the same: JSON, its order, and the digests that names are made of. Pure."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any, Iterable, Mapping

from ._numbers import number_text

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_INDEX = re.compile(r"0|[1-9][0-9]{0,9}")
_LARGEST_INDEX = 2**32 - 2


def digest(text: str, length: int) -> str:
    """So many characters [a-z0-9], at most 13."""
    number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    digits = ""
    for _ in range(length):
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits


def utf16(text: str) -> bytes:
    """What JavaScript orders text by."""
    return text.encode("utf-16-be", "surrogatepass")


def in_script_order(names: Iterable[str]) -> list[str]:
    """As JavaScript has the names of an object: whole numbers come first."""
    return sorted(names, key=_place)


def _place(name: str) -> int:
    is_index = _INDEX.fullmatch(str(name)) is not None
    return min(int(name), _LARGEST_INDEX + 1) if is_index else _LARGEST_INDEX + 1


def json_text(value: Any) -> str:
    """As JavaScript writes it, without blanks. What is None or not given is null."""
    if isinstance(value, Mapping):
        entries = (f"{json_text(name)}:{json_text(value[name])}" for name in in_script_order(value))
        return f"{{{','.join(entries)}}}"
    if isinstance(value, (list, tuple)):
        return f"[{','.join(map(json_text, value))}]"
    if value is None or isinstance(value, (bool, str)):
        return json.dumps(value, ensure_ascii=False)
    return number_text(value)
