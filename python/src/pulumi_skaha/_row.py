"""One set of parameters: what a sweep has for each of its jobs. Plain data, wherever it comes from."""

from __future__ import annotations

from typing import Any, Mapping, Optional, Sequence

from ._values import Value, plain


class NoParameterError(KeyError):
    """A row has no parameter of that name."""

    def __str__(self) -> str:
        return str(self.args[0])  # a KeyError's text is in quotes


class Row(dict[str, Any]):
    """A job's parameters by name. Of a table's row also which columns tell the rows apart, and what is withheld."""

    def __init__(
        self,
        values: Mapping[str, Any],
        key_columns: Optional[Sequence[str]] = None,
        withheld: Optional[Mapping[str, str]] = None,
        unread: Optional[Mapping[str, str]] = None,
    ) -> None:
        super().__init__((name, plain(value)) for name, value in values.items())
        #: The columns that tell a table's rows apart.
        self.key_columns = None if key_columns is None else tuple(key_columns)
        #: Why a cell of the table is no parameter, by column.
        self.withheld: Mapping[str, str] = withheld or {}
        #: Why a whole column of it is none.
        self.unread: Mapping[str, str] = unread or {}

    def why_not(self, name: str) -> Optional[str]:
        """Why a parameter is not there, if a table says so."""
        return self.withheld.get(name) or self.unread.get(name)

    def __missing__(self, name: str) -> Value:
        why = self.why_not(name)
        if why is not None:
            raise ValueError(why)
        raise NoParameterError(f"{name}: the parameters of this row are {', '.join(self)}")

    def __or__(self, other: Mapping[str, Any]) -> Row:  # type: ignore[override]
        """The row with other parameters; a table's key goes with it."""
        return Row({**self, **other}, self.key_columns, self.withheld, self.unread)


def rows_of(values: Any) -> list[Any]:
    """Each that is a mapping as a row; others stay as they are, to be told of."""
    return [
        one if isinstance(one, Row) else Row(one) if isinstance(one, Mapping) else one
        for one in values
    ]
