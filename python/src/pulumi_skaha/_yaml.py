"""Plain data as YAML: maps in blocks, rows of scalars in lines. Text is in quotes unless nobody can misread it. Pure."""

from __future__ import annotations

import json
import re
from typing import Any, Mapping

from ._values import text_of, would_lose_digits

_WIDEST = 100
_PLAIN = re.compile(r"[A-Za-z/][A-Za-z0-9_./@-]*")
#: What some version of YAML takes for something else than text.
_WORDS = re.compile(r"(?i:true|false|null|yes|no|on|off|y|n|nan|inf|infinity)")
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def yaml_text(value: Mapping[str, Any]) -> str:
    return "".join(f"{line}\n" for line in _block(value))


def _block(value: Any) -> list[str]:
    lines: list[str] = []
    if isinstance(value, Mapping):
        for name, one in value.items():
            _append(lines, f"{scalar_text(name)}:", one, "  ")
    else:
        for one in value:
            _append(lines, "-", one, "  ")
    return lines


def _append(lines: list[str], head: str, value: Any, indent: str) -> None:
    flow = _flow(value)
    is_short = len(head) + len(flow) < _WIDEST
    if not isinstance(value, (Mapping, list, tuple)) or not value or _is_row(value) and (is_short or head == "-"):
        lines.append(f"{head} {flow}")
    elif isinstance(value, (list, tuple)) and _is_row(value):
        lines.append(head)
        lines.extend(f"{indent}- {scalar_text(one)}" for one in value)
    else:
        lines.append(head)
        lines.extend(indent + line for line in _block(value))


def _is_row(value: Any) -> bool:
    inside = value.values() if isinstance(value, Mapping) else value
    return not any(isinstance(one, (Mapping, list, tuple)) for one in inside)


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar_text(name)}: {_flow(one)}" for name, one in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return scalar_text(value)


def scalar_text(value: Any) -> str:
    """A scalar; an integer of which JavaScript would lose digits is text with all of them."""
    if isinstance(value, str):
        is_plain = _PLAIN.fullmatch(value) and not _WORDS.fullmatch(value)
        return value if is_plain else _quoted(value)
    if value is not None and not isinstance(value, (bool, int, float)):
        raise ValueError(
            f"{value!r} is known only to a Pulumi program, and a file cannot hold it: write a value, or from_config(KEY)"
        )
    if would_lose_digits(value):
        return f'"{value}"'
    return text_of(value)


def _quoted(text: str) -> str:
    return _UNPRINTABLE.sub(lambda one: f"\\u{ord(one[0]):04x}", json.dumps(text, ensure_ascii=False))
