"""From the inputs of each job to what fleet.yaml says once: constants, placeholders, and columns for all else. Pure.

Text is literal in a program and a template in fleet.yaml, so its braces are doubled here.
"""

from __future__ import annotations

import re
from typing import Any, Mapping, Sequence

from ._row import Row
from ._values import Value, identity_of

#: What a job has no value for. In fleet.yaml it is null, and left out there.
ABSENT = object()

_SCALARS = (str, int, float, bool, type(None))


def literal(value: Any) -> Any:
    """The same value as a template that has no placeholder."""
    if isinstance(value, str):
        return _escaped(value)
    if isinstance(value, Mapping):
        return {name: literal(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [literal(one) for one in value]
    return value


def _escaped(text: str) -> str:
    """``{{`` is a brace, and so is the ``}}`` that ends it; other closing braces are text."""
    written = []
    is_open = 0
    for letter in text:
        if letter == "{":
            is_open += 1
            written.append("{{")
        elif letter == "}" and is_open > 0:
            is_open -= 1
            written.append("}}")
        else:
            written.append(letter)
    return "".join(written)


class Folding:
    """The inputs of all jobs, folded into one template; what it cannot say becomes a column of the rows."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = rows
        self._names = [name for name in rows[0] if all(name in row for row in rows)]
        self._taken = {name for row in rows for name in row}
        #: Columns beside the parameters, each with a value for each row.
        self.columns: dict[str, Sequence[Value]] = {}

    def fold(self, values: Sequence[Any], path: str) -> Any:
        """One value that stands for those of all jobs, or ABSENT. The path names it, as ``args.1`` or ``ram``.

        Raises ValueError where the jobs' values are of kinds that no template joins.
        """
        if all(is_equal(value, values[0]) for value in values):
            return values[0] if values[0] is ABSENT else literal(values[0])
        given = [value for value in values if value is not ABSENT]
        if all(isinstance(value, Mapping) for value in given) and (
            len(given) == len(values) or path == "env"
        ):
            return self._fold_maps([{} if value is ABSENT else value for value in values], path)
        if all(isinstance(value, (list, tuple)) for value in given):
            return self._fold_lists([[] if value is ABSENT else value for value in values], path)
        if all(isinstance(value, _SCALARS) for value in given):
            return self._placeholder([None if value is ABSENT else value for value in values], path)
        raise ValueError(
            f"`{path}` has values of different kinds in different jobs, which one sweep of a fleet.yaml cannot say:"
            " make them two sweeps, or give it to all jobs"
        )

    def _fold_maps(self, maps: Sequence[Mapping[str, Any]], path: str) -> dict[str, Any]:
        names = dict.fromkeys(name for one in maps for name in one)
        return {
            name: self.fold([one.get(name, ABSENT) for one in maps], f"{path}.{name}")
            for name in names
        }

    def _fold_lists(self, lists: Sequence[Sequence[Any]], path: str) -> list[Any]:
        longest = max(map(len, lists))
        if path == "triggers" and any(len(one) != longest for one in lists):
            raise ValueError("`triggers` has to have as many values in each job of a sweep")
        return [
            self.fold(
                [one[index] if index < len(one) else ABSENT for one in lists], f"{path}.{index}"
            )
            for index in range(longest)
        ]

    def _placeholder(self, values: Sequence[Value], path: str) -> str:
        for name in self._names:
            if _NAMEABLE.fullmatch(name) and all(
                is_equal(row[name], value) for row, value in zip(self._rows, values)
            ):
                return "{" + name + "}"
        return "{" + self.column(path, values) + "}"

    def column(self, path: str, values: Sequence[Value]) -> str:
        """A column with these values. Returns its name, which no parameter has."""
        name = re.sub(r"[{}\n]", "_", path)
        while name in self._taken:
            name = f"job.{name}"
        self._taken.add(name)
        self.columns[name] = values
        return name


_NAMEABLE = re.compile(r"[^{}\n]+")


def is_equal(one: Any, other: Any) -> bool:
    """Plain values by what they hold; of anything else only the same one is equal."""
    if one is other:
        return True
    if isinstance(one, _SCALARS) and isinstance(other, _SCALARS):
        return identity_of(one) == identity_of(other)
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(is_equal(one[key], other[key]) for key in one)
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(map(is_equal, one, other))
    return False
