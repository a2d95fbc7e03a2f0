"""Rows of parameters from tables of pandas, astropy and polars: an identifier keeps all its digits, text stays text."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import Any, Iterable, Literal, Mapping, Optional, Sequence, Union

from ._columns import Column, by_name, columns_of
from ._numbers import MAX_SAFE_INTEGER, exponential_text, is_uncertain, number_text
from ._row import Row
from ._values import identity_of, shown_value, text_of

ColumnType = Literal["string", "number", "boolean", "string?", "number?", "boolean?"]

_TYPES = ("string", "number", "boolean", "string?", "number?", "boolean?")
_MOST_FAULTS = 10


def table(
    source: Any,
    /,
    key: Union[str, Sequence[str]],
    *,
    columns: Union[Sequence[str], Mapping[str, ColumnType], None] = None,
    default: Optional[Mapping[str, Union[str, int, float, bool]]] = None,
) -> list[Row]:
    """The rows of a pandas DataFrame, an astropy Table or a polars DataFrame.

    :param key: the column, or columns, that tell the rows apart: what jobs are named by
    :param columns: those that are parameters beside the key: a list, or each with what it is to be, as
        ``{"source_id": "string", "ra": "number", "z": "number?"}``. One that is given a type has no missing values unless
        it ends with a question mark. Default: all that hold one value in each cell
    :param default: what stands for a missing value, by column

    An integer keeps all its digits, a missing cell is None, a float32 is the shortest number that is the same
    float32, a time is its text. NaN is a missing value of pandas; elsewhere it is no parameter, as infinity is
    nowhere: a job that uses it is an error.

    Raises ValueError, which lists what is wrong, by row and column.
    """
    keys = _names_of("key", [key] if isinstance(key, (str, int)) else key)
    if not keys:
        raise ValueError("table: `key` names no column")
    choice = _choice_of(columns)
    if_missing = dict(default or {})
    known = by_name(columns_of(source))
    _refuse_absent(known, [*keys, *(choice or {}), *if_missing])
    wanted = None if choice is None else [*dict.fromkeys([*keys, *choice])]
    unread = [name for name in if_missing if wanted is not None and name not in wanted]
    if unread:
        raise ValueError(f"table: `default` names {', '.join(unread)}, not among `columns`")
    return _Maker(known, keys, choice or {}, if_missing, wanted).rows()


def _names_of(what: str, given: Any) -> list[str]:
    """Raises TypeError for a column's number, which is a name in pandas."""
    if isinstance(given, bytes) or not isinstance(given, Iterable):
        raise TypeError(f"table: `{what}` is {given!r}, and has to be a column's name, or a list of them")
    names = list(given)
    wrong = next((name for name in names if not isinstance(name, str)), None)
    if wrong is not None:
        raise TypeError(f"table: `{what}` names the column {wrong!r}; write its name as text: {str(wrong)!r}")
    return names


def _choice_of(columns: Any) -> Optional[dict[str, Optional[str]]]:
    if columns is None:
        return None
    if isinstance(columns, str) or not columns:
        raise ValueError('table: `columns` has to be a list of names, or names with types, as {"ra": "number"}')
    if not isinstance(columns, Mapping):
        return {name: None for name in _names_of("columns", columns)}
    for name, kind in columns.items():
        if kind not in _TYPES:
            raise ValueError(f"table: {name} is to be {kind}, but a type is one of {', '.join(_TYPES)}")
    _names_of("columns", columns)
    return dict(columns)


def _refuse_absent(known: Mapping[str, Column], names: Sequence[str]) -> None:
    absent = [name for name in dict.fromkeys(names) if name not in known]
    if not absent:
        return
    close = [one for name in absent for one in known if one.strip().lower() == name.strip().lower()]
    hint = f"did you mean {', '.join(close)}?" if close else f"it has {', '.join(known)}"
    raise ValueError(f"table: has no column {', '.join(absent)}; {hint}")


class _Maker:
    def __init__(
        self,
        known: Mapping[str, Column],
        keys: Sequence[str],
        types: Mapping[str, Optional[str]],
        if_missing: Mapping[str, Any],
        wanted: Optional[Sequence[str]],
    ) -> None:
        self._known = known
        self._keys = keys
        self._types = types
        self._if_missing = if_missing
        self._wanted = wanted
        self._faults: list[str] = []

    def rows(self) -> list[Row]:
        cells: dict[str, Sequence[Any]] = {}
        unread: dict[str, str] = {}
        for name, column in self._known.items():
            if self._wanted is not None and name not in self._wanted:
                unread[name] = f"the column {name} is not among `columns`"
            elif column.unusable is None:
                cells[name] = column.cells()
            elif name in self._keys or self._wanted is not None:
                raise ValueError(f"table: the column {name} {column.unusable}, so it is no parameter")
            else:
                unread[name] = f"the column {name} {column.unusable}, so it is no parameter"
        count = len(next(iter(cells.values())))
        rows = [self._row(index, cells, unread) for index in range(count)]
        self._refuse_equal(rows)
        if self._faults:
            more = len(self._faults) - _MOST_FAULTS
            told = [*self._faults[:_MOST_FAULTS], *([f"... and {more} more"] if more > 0 else [])]
            raise ValueError("\n".join(told))
        return rows

    def _row(self, index: int, cells: Mapping[str, Sequence[Any]], unread: Mapping[str, str]) -> Row:
        values: dict[str, Any] = {}
        withheld: dict[str, str] = {}
        for name, column in cells.items():
            cell = column[index]
            kind = self._types.get(name)
            if cell is None:
                values[name] = self._missing(name, kind, index + 1)
            elif kind is not None:
                values[name] = self._typed(name, cell, kind, index + 1)
            elif isinstance(cell, float) and not math.isfinite(cell):
                what = f"{name} is {cell}"
                if name in self._keys:
                    self._fault(index + 1, f"{what}, which no key is made of")
                else:
                    withheld[name] = (
                        f"row {index + 1}: {what}, which is no parameter; to have it as text, write `columns` with"
                        f' "{name}": "string"'
                    )
            else:
                values[name] = float_value(cell) if isinstance(cell, float) else cell
        return Row(values, self._keys, withheld, unread)

    def _missing(self, name: str, kind: Optional[str], row: int) -> Any:
        if name in self._if_missing:
            return self._if_missing[name]
        if name in self._keys:
            self._fault(row, f"{name} is missing, which its key is made of")
        elif kind is not None and not kind.endswith("?"):
            remedy = f'"{kind}?" makes it None, `default` another value'
            self._fault(row, f"{name} is missing, so it is no {kind}: {remedy}")
        return None

    def _typed(self, name: str, cell: Any, kind: str, row: int) -> Any:
        base = kind.rstrip("?")
        value = _as_type(cell, base)
        if value is None:
            self._fault(row, f"{name} is {shown_value(cell)}, not a {base}")
        elif value is _INEXACT:
            self._fault(
                row,
                f'{name} is {shown_value(cell)}, which a number does not hold exactly: say "string" for this column',
            )
            return None
        return value

    def _refuse_equal(self, rows: Sequence[Row]) -> None:
        first: dict[Any, int] = {}
        for index, row in enumerate(rows):
            values = [row.get(name) for name in self._keys]
            if None in values:
                continue  # told already
            before = first.setdefault(tuple(map(identity_of, values)), index)
            if before != index:
                what = ", ".join(f"{name} {shown_value(row[name])}" for name in self._keys)
                self._fault(index + 1, f"has the same key as row {before + 1}: {what}")

    def _fault(self, row: int, what: str) -> None:
        self._faults.append(f"table: row {row}: {what}")


def float_value(cell: float) -> Union[float, str]:
    """Text where a number would not arrive as it is: the sign of ``-0``, and beyond 2^53 the digits."""
    if cell == 0 and math.copysign(1, cell) < 0:
        return "-0"
    return exponential_text(cell) if is_uncertain(cell) else cell


_INEXACT = object()
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,6})?")
_NOT_FINITE = {math.inf: "Infinity", -math.inf: "-Infinity"}


def _as_type(cell: Any, base: str) -> Any:
    """None for what is not of the type."""
    if base == "string":
        if not isinstance(cell, float):
            return text_of(cell)
        if not math.isfinite(cell):
            return _NOT_FINITE.get(cell, "NaN")
        return text_of(float_value(cell))
    if base == "boolean":
        return cell if isinstance(cell, bool) else None
    if isinstance(cell, bool):
        return None
    if isinstance(cell, float):
        return cell if math.isfinite(cell) and not is_uncertain(cell) else None
    text = str(cell).strip()
    if not _DECIMAL.fullmatch(text):
        return None
    number = float(text)
    if not math.isfinite(number) or is_uncertain(number):
        return _INEXACT
    if Decimal(number_text(number)) != Decimal(text):
        return _INEXACT
    is_whole = number.is_integer() and abs(number) <= MAX_SAFE_INTEGER
    return int(number) if is_whole else number
