"""The rows of thousands of jobs, many of them as the lines of one text: see `provider/array/rows/pages.ts`. Pure."""

from __future__ import annotations

from typing import Any, Mapping, Optional, Sequence

from ._digest import utf16

#: More rows than this are put into pages.
MOST_APART = 2_000
#: After the first key of a page; no key has it.
_ONWARDS = "*"
#: A power of two: so many rows are in a page on average.
_ROWS_OF_PAGE = 64


def paged(rows: Mapping[str, Any]) -> dict[str, Any]:
    """The same by key, or pages, each by the first key that it may have. What is no text stays a value of its own."""
    if len(rows) <= MOST_APART:
        return dict(rows)
    everything: dict[str, Any] = {}
    name = _ONWARDS
    lines: list[str] = []
    for key in sorted(rows, key=utf16):
        if _begins_page(key):
            if lines:
                everything[name] = "".join(lines)
            name, lines = f"{key}{_ONWARDS}", []
        row = rows[key]
        if isinstance(row, str) and "\n" not in key and "\t" not in key:
            lines.append(f"{key}\t{row}\n")
        else:
            everything[key] = row
    if lines:
        everything[name] = "".join(lines)
    return everything


def unpaged(pages: Mapping[str, str]) -> dict[str, str]:
    """The rows by key, whether they are in pages or not."""
    rows: dict[str, str] = {}
    for key, text in pages.items():
        if text.endswith("\n"):
            for line in text[:-1].split("\n"):
                inside, _, row = line.partition("\t")
                rows[inside] = row
        else:
            rows[key] = text
    return rows


def written_order(keys: Sequence[str]) -> Optional[str]:
    """The place of each key among the sorted ones; None where that is their order."""
    ordered = sorted(keys, key=utf16)
    if ordered == list(keys):
        return None
    places = {key: str(index) for index, key in enumerate(ordered)}
    return " ".join(places[key] for key in keys)


def _begins_page(key: str) -> bool:
    """By a digest of the key (FNV-1a), so that about one in so many does."""
    number = 0x811C9DC5
    units = utf16(key)
    for index in range(0, len(units), 2):
        number = ((number ^ (units[index] << 8 | units[index + 1])) * 0x01000193) & 0xFFFFFFFF
    return (number ^ (number >> 15)) & (_ROWS_OF_PAGE - 1) == 0
