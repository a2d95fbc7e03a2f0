"""A job's key: a name made of its parameters' values, never of its position.

The same row has the same key on any machine, in any order and in TypeScript; two different rows never share one. A
change here would cancel and launch every job of every sweep: test/python compares it with the other language's.
"""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Callable, Mapping, Optional, Sequence, Union

from ._digest import digest, utf16
from ._latin import ASCII_OF, MARKS
from ._numbers import canonical_number, is_numeral
from ._row import Row
from ._values import Value, plain_scalar, shown, text_of

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


def other_keys(row: Row, choice: Optional[KeyChoice] = None) -> list[str]:
    """Other keys that the job of a row may have in a stack: those of other types of a table's columns, and those that
    earlier releases wrote, which left letters out that are not of English."""
    if callable(choice):
        return []
    names = key_names(row, choice)
    own = key_of(row, choice)
    first = canonical_key([(name, row[name]) for name in names], _readable_at_first)
    retyped = _retyped_keys(row, names)
    if first == own:
        return retyped
    everything = [first, *retyped, *_retyped_keys(row, names, _readable_at_first)]
    return [key for key in dict.fromkeys(everything) if key != own]


_MOST_RETYPED = 3
#: For a value that has no other type: None is one.
_NONE = object()
_Legible = Callable[[str], str]


def _retyped_keys(row: Row, names: Sequence[str], legible: Optional[_Legible] = None) -> list[str]:
    """Other keys of a table's row before its columns had types: the number 8 and the text "8" are one field of a file."""
    if row.key_columns is None:
        return []
    others = {name: _retyped(row[name]) for name in names}
    open_names = [name for name in names if others[name] is not _NONE]
    if len(open_names) > _MOST_RETYPED:
        return []
    own = canonical_key([(name, row[name]) for name in names])
    keys = []
    for bits in range(2 ** len(open_names)):
        turned = {name for place, name in enumerate(open_names) if bits >> place & 1}
        entries = [(name, others[name] if name in turned else row[name]) for name in names]
        keys.append(canonical_key(entries, legible))  # type: ignore[arg-type]
    return [key for key in keys if key != own]


def _retyped(value: Value) -> object:
    """The same field as another type has it."""
    plain = plain_scalar(value)
    if plain is None:
        return ""
    if not isinstance(plain, str):
        return text_of(plain)
    if plain == "":
        return None
    if plain == "-0":
        return 0
    if plain in ("true", "false"):
        return plain == "true"
    number = canonical_number(plain)
    return _NONE if number is None else number


def canonical_key(entries: Sequence[tuple[str, Value]], legible: Optional[_Legible] = None) -> str:
    written = legible or _readable
    ordered = sorted(entries, key=lambda entry: utf16(entry[0]))
    return ",".join(f"{_word(name, written)}={_value_text(value, written)}" for name, value in ordered)


def _value_text(value: Value, legible: _Legible) -> str:
    """Text that another type's value is written as gets quotes, which no other text has."""
    if not isinstance(value, str):
        return text_of(value)
    is_ambiguous = value in ("", "true", "false", "null") or is_numeral(value)
    return f'"{value}"' if is_ambiguous else _word(value, legible)


def _word(text: str, legible: _Legible) -> str:
    """As it is if it is short and plain, else what is readable of it and a hash, behind a sign that plain text has not."""
    is_plain = _PLAIN.fullmatch(text) and "::" not in text
    return text if is_plain and len(text) <= _LONGEST else f"{legible(text)}~{_hash(text)}"


def _readable(text: str) -> str:
    latin = "".join(
        letter if letter < "\x80" else "" if is_mark(letter) else ASCII_OF.get(letter, " ")
        for letter in text
    )
    return _shortened(latin)


def _readable_at_first(text: str) -> str:
    """What was readable before letters of other scripts were brought into English: keys in stacks have it."""
    return _shortened(without_accents(text))


def _shortened(text: str) -> str:
    return _UNREADABLE.sub("_", text)[:_READABLE_LENGTH].rstrip("_")


def without_accents(text: str) -> str:
    """Letters without the marks above and below them."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not is_mark(letter))


def is_mark(letter: str) -> bool:
    """Whether it is an accent or another mark, also of a newer Unicode than this Python's."""
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


def _hash(text: str) -> str:
    whole = utf16(text).decode("utf-16-be", "surrogatepass")  # two halves that meet are one character
    written = json.dumps(whole, ensure_ascii=False)
    return digest(_HALF.sub(lambda half: f"\\u{ord(half[0]):04x}", written), _HASH_LENGTH)


def _chosen(key: object, row: Row) -> str:
    def refuse(why: str) -> ValueError:
        return ValueError(f"the key of {shown(row)} {why}")

    if not isinstance(key, str):
        raise refuse(f"has to be text, but is {key!r}")
    if key == "":
        raise refuse("is empty")
    if len(utf16(key)) // 2 > _LONGEST_CHOSEN:
        raise refuse(f"is longer than {_LONGEST_CHOSEN} characters: {key}")
    if "*" in key or "::" in key or _has_control(key):
        raise refuse(f"is {json.dumps(key)}: it must not hold *, :: or control characters")
    return str.__str__(key)


def _has_control(text: str) -> bool:
    return any(unicodedata.category(letter).startswith("C") for letter in text)
