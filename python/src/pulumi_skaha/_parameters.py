"""Sets of parameters, from short descriptions of them: plain lists of rows, to be filtered and joined like any others."""

from __future__ import annotations

import builtins
import math
from typing import Any, Callable, Iterable, Mapping, Optional, Sequence, Union

from ._digest import in_script_order
from ._numbers import Number, decimals, fixed, short
from ._row import Row, rows_of
from ._shapes import is_count
from ._values import identity_of, plain

_MOST_VALUES = 1_000_000


class Rows(tuple[Row, ...]):
    """Rows that know how they are written in fleet.yaml: ``grid`` and its parameters. They cannot be changed."""

    source: tuple[str, Mapping[str, Sequence[Any]]]


def _rows(kind: str, lists: Mapping[str, Sequence[Any]], rows: Iterable[Row]) -> Rows:
    made = Rows(rows)
    made.source = (kind, lists)
    return made


def grid(parameters: Optional[Mapping[str, Iterable[Any]]] = None, /, **more: Iterable[Any]) -> Rows:
    """Every combination of the values.

    >>> len(grid(method=["ls", "bls"], band=range(2, 22, 2)))
    20
    """
    lists = _named("grid", {**(parameters or {}), **more})
    rows: list[dict[str, Any]] = [{}]
    for name, values in lists.items():
        if len(rows) * len(values) > _MOST_VALUES:
            raise ValueError(f"grid: {name} brings it to more than {_MOST_VALUES} combinations")
        rows = [{**row, name: value} for row in rows for value in values]
    return _rows("grid", lists, map(Row, rows))


def zip_(parameters: Optional[Mapping[str, Iterable[Any]]] = None, /, **more: Iterable[Any]) -> Rows:
    """The first values of all lists, then the second, and so on; the lists are equally long.

    >>> zip_(ra=[10.68, 23.46], dec=[41.27, 30.66])[0]
    {'ra': 10.68, 'dec': 41.27}
    """
    lists = _named("zip", {**(parameters or {}), **more})
    lengths = [f"{name} has {len(values)}" for name, values in lists.items()]
    if len({len(values) for values in lists.values()}) > 1:
        raise ValueError(f"zip: the lists have to be equally long, but {', '.join(lengths)}")
    columns = builtins.zip(*lists.values())
    return _rows("zip", lists, (Row(dict(builtins.zip(lists, values))) for values in columns))


def list_(rows: Iterable[Mapping[str, Any]], /) -> list[Row]:
    """Rows as they are.

    >>> list_([{"galaxy": "M31", "ram": 16}, {"galaxy": "M33", "ram": 8}])[1]["galaxy"]
    'M33'
    """
    return rows_of(rows)


def concat(*lists: Iterable[Row]) -> list[Row]:
    """All rows of several lists, one list after the other; ``[*a, *b]`` does the same."""
    return [row for rows in lists for row in rows_of(rows)]


Unwanted = Union[Callable[[Row], bool], Mapping[str, Any]]


def exclude(rows: Iterable[Mapping[str, Any]], /, *unwanted: Unwanted) -> list[Row]:
    """The rows without those that a function says yes to, or that have all the values of one that is given.

    >>> exclude(grid(method=["ls", "bls"], band=[2, 4]), {"method": "bls", "band": 4}, lambda row: row["band"] > 3)
    [{'method': 'ls', 'band': 2}, {'method': 'bls', 'band': 2}]
    """
    all_rows = rows_of(rows)
    tests = [_test(one, all_rows) for one in unwanted]
    return [row for row in all_rows if not any(test(row) for test in tests)]


def _test(unwanted: Unwanted, rows: Sequence[Row]) -> Callable[[Row], bool]:
    if callable(unwanted):
        return unwanted
    wanted = {name: identity_of(plain(value)) for name, value in unwanted.items()}
    if not wanted:
        raise ValueError("exclude: {} would exclude every row")
    for name in wanted:
        if rows and not any(name in row for row in rows):
            raise ValueError(f"exclude: no row has a parameter {name}")
    return lambda row: all(
        name in row and identity_of(row[name]) == value for name, value in wanted.items()
    )


def range_(first: Number, end: Optional[Number] = None, step: Number = 1, /) -> list[Number]:
    """Numbers from a start, 0 if left out, to the end, which is not among them.

    Decimals come out as written: ``range_(0, 1, 0.1)`` has 0.3, which that of NumPy does not.

    >>> range_(0, 0.5, 0.1)
    [0, 0.1, 0.2, 0.3, 0.4]
    """
    start, last = (0, first) if end is None else (first, end)
    _finite("range", start=start, end=last, step=step)
    if step == 0:
        raise ValueError("range: step is 0")
    places = max(decimals(start), decimals(step))
    values: list[Number] = []
    while True:
        exact = float(start) + len(values) * float(step)
        value = start if not values else exact if places > 15 else fixed(exact, places)
        if value >= last if step > 0 else value <= last:
            return values
        if len(values) == _MOST_VALUES:
            raise ValueError(f"range: {start} to {last} by {step} has more than {_MOST_VALUES} values")
        values.append(_whole(value))


def _whole(value: Number) -> Number:
    """2 in place of 2.0: they are one value, and this is how people write it."""
    return int(value) if float(value).is_integer() and abs(value) < 2**53 else value


def linspace(start: Number, end: Number, count: int) -> list[Number]:
    """So many numbers at equal distances, both ends among them, as in NumPy.

    >>> linspace(0, 1, 5)
    [0, 0.25, 0.5, 0.75, 1]
    """
    _finite("linspace", start=start, end=end)
    _count("linspace", count)

    def value(index: int) -> Number:
        if index == 0:
            return start
        if index == count - 1:
            return end
        return _whole(short(float(start) + (float(end) - float(start)) * (index / (count - 1))))

    return [value(index) for index in builtins.range(count)]


def logspace(start: Number, end: Number, count: int) -> list[Number]:
    """So many numbers at equal ratios, from 10 to the power ``start`` to 10 to the power ``end``, as in NumPy.

    >>> logspace(-1, 2, 4)
    [0.1, 1, 10, 100]
    """
    values: list[Number] = []
    for exponent in linspace(start, end, count):
        try:
            values.append(_whole(short(math.pow(10.0, exponent))))
        except OverflowError:
            raise ValueError(f"logspace: 10 ** {exponent} is too large") from None
    return values


def replicas(count: int) -> list[Row]:
    """So many equal jobs: ``{"replica": 1}`` to ``{"replica": count}``. See ``replica_env`` of a sweep."""
    _count("replicas", count)
    return [Row({"replica": index + 1}) for index in builtins.range(count)]


def _named(what: str, parameters: Mapping[str, Iterable[Any]]) -> dict[str, list[Any]]:
    if not parameters:
        raise ValueError(f"{what}: names no parameter")
    lists: dict[str, list[Any]] = {}
    # Names that are whole numbers come first, as in JavaScript, so that the rows have the same order.
    for name in in_script_order(parameters):
        values = parameters[name]
        if isinstance(values, (str, bytes, Mapping)) or not isinstance(values, Iterable):
            raise TypeError(f"{what}: {name} has to be a list of values, like [{values!r}]")
        lists[name] = [plain(value) for value in values]
        if not lists[name]:
            raise ValueError(f"{what}: {name} has no values")
    return lists


def _finite(what: str, **numbers: Number) -> None:
    for name, value in numbers.items():
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            raise ValueError(f"{what}: {name} is {value}, and has to be a finite number")


def _count(what: str, count: int) -> None:
    if not (is_count(count, 1) and count <= _MOST_VALUES):
        raise ValueError(f"{what}: the count is {count}, and has to be a whole number from 1 on")
