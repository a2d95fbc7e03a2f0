"""A job's key: a name made of its parameters' values, never of its position.

The same row has the same key on any machine, in any order and in TypeScript; two different rows never share one. A
change here would cancel and launch every job of every sweep: test/python compares it with the other language's.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from typing import Callable, Mapping, Optional, Sequence, Union

from ._latin import ASCII_OF, MARKS
from ._numbers import is_numeral
from ._row import Row
from ._values import Value, shown, text_of

#: Which parameters make a job's key, or what makes it.
KeyChoice = Union[str, Sequence[str], Callable[[Row], str]]

_LONGEST = 24
_READABLE_LENGTH = 15
_HASH_LENGTH = 8
_LONGEST_CHOSEN = 100
_PLAIN = re.compile(r"[A-Za-z0-9._+:/@%-]+")
_UNREADABLE = re.compile(r"[^A-Za-z0-9._+@%-]+")


def key_of(row: Mapping[str, Value], choice: Optional[KeyChoice] = None) -> str:
    """The key of a row, of all its parameters or of those that are chosen.

    Raises ValueError, which names the row, where it lacks what its key is made of.
    """
    one = row if isinstance(row, Row) else Row(row)
    if callable(choice):
        return _chosen(choice(one), one)
    names = key_names(one, choice)
    absent = [name for name in names if name not in one]
    if absent:
        why = next(filter(None, map(one.why_not, absent)), None)
        if why is not None:
            raise ValueError(f"a key is made of what is no parameter: {why}")
        raise ValueError(f"{shown(one)} has no {', '.join(absent)}, which its key is made of")
    return canonical_key([(name, one[name]) for name in names])


def key_names(row: Row, choice: Optional[KeyChoice]) -> Sequence[str]:
    """The parameters that a key is made of: those chosen, the key of a table, or all."""
    if isinstance(choice, str):
        return [choice]
    if choice is not None and not callable(choice):
        return choice
    return row.key_columns if row.key_columns is not None else list(row)


def canonical_key(entries: Sequence[tuple[str, Value]]) -> str:
    ordered = sorted(entries, key=lambda entry: _utf16(entry[0]))
    return ",".join(f"{_word(name)}={_value_text(value)}" for name, value in ordered)


def _utf16(text: str) -> bytes:
    """What JavaScript orders text by."""
    return text.encode("utf-16-be", "surrogatepass")


def _value_text(value: Value) -> str:
    """Text that another type's value is written as gets quotes, which no other text has."""
    if not isinstance(value, str):
        return text_of(value)
    is_ambiguous = value in ("", "true", "false", "null") or is_numeral(value)
    return f'"{value}"' if is_ambiguous else _word(value)


def _word(text: str) -> str:
    """As it is if it is short and plain, else what is readable of it and a hash, behind a sign that plain text has not."""
    is_plain = _PLAIN.fullmatch(text) and "::" not in text
    return text if is_plain and len(text) <= _LONGEST else f"{_readable(text)}~{_hash(text)}"


def _readable(text: str) -> str:
    latin = "".join(
        letter if letter < "\x80" else "" if _is_mark(letter) else ASCII_OF.get(letter, " ")
        for letter in text
    )
    return _UNREADABLE.sub("_", latin)[:_READABLE_LENGTH].rstrip("_")


def _is_mark(letter: str) -> bool:
    code = ord(letter)
    low, high = 0, len(MARKS)
    while low < high:
        middle = (low + high) // 2
        if MARKS[middle][1] < code:
            low = middle + 1
        else:
            high = middle
    return low < len(MARKS) and MARKS[low][0] <= code


_HALF = re.compile("[\ud800-\udfff]")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def _hash(text: str) -> str:
    whole = _utf16(text).decode("utf-16-be", "surrogatepass")  # two halves that meet are one character
    written = json.dumps(whole, ensure_ascii=False)
    written = _HALF.sub(lambda half: f"\\u{ord(half[0]):04x}", written)
    number = int.from_bytes(hashlib.sha256(written.encode()).digest()[:8], "big")
    digits = ""
    for _ in range(_HASH_LENGTH):
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits


def _chosen(key: object, row: Row) -> str:
    def refuse(why: str) -> ValueError:
        return ValueError(f"the key of {shown(row)} {why}")

    if not isinstance(key, str):
        raise refuse(f"has to be text, but is {key!r}")
    if key == "":
        raise refuse("is empty")
    if len(_utf16(key)) // 2 > _LONGEST_CHOSEN:
        raise refuse(f"is longer than {_LONGEST_CHOSEN} characters: {key}")
    if "*" in key or "::" in key or _has_control(key):
        raise refuse(f"is {json.dumps(key)}: it must not hold *, :: or control characters")
    return str.__str__(key)


def _has_control(text: str) -> bool:
    return any(unicodedata.category(letter).startswith("C") for letter in text)
