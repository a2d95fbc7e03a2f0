"""The columns of tables of the field's libraries: pandas, astropy, polars. None of them is imported here.

What a cell becomes is what the reader of files makes of the same table: text of times, None of what is missing.
"""

from __future__ import annotations

from typing import Any, Callable, Mapping, NamedTuple, Optional, Sequence

from ._float32 import widened
from ._values import is_no_time, plain


class Column(NamedTuple):
    name: str
    #: Its cells, None where one is missing.
    cells: Callable[[], Sequence[Any]]
    #: Why it is no parameter, as of arrays.
    unusable: Optional[str] = None


def columns_of(source: Any) -> list[Column]:
    """Raises TypeError for what is no table."""
    root = library_of(source)
    if root == "pandas":
        return _of_pandas(source)
    if root == "astropy":
        return [_of_astropy(source, name) for name in source.colnames]
    if root == "polars":
        frame = source.collect() if hasattr(source, "collect") else source
        return [_of_polars(frame, name) for name in frame.columns]
    raise TypeError(
        "table: takes a pandas DataFrame, an astropy Table or a polars DataFrame, but this is a"
        f" {type(source).__name__}; read a file by astropy.table.Table.read or pandas.read_csv first"
    )


def library_of(source: Any) -> Optional[str]:
    """The package of a table, or that its class comes from: tables are often of a class of one's own. None of others."""
    attributes = {"pandas": "columns", "astropy": "colnames", "polars": "columns"}
    roots = (kind.__module__.partition(".")[0] for kind in type(source).__mro__)
    root = next((root for root in roots if root in attributes), None)
    return root if root is not None and hasattr(source, attributes[root]) else None



_PANDAS_DIGITS = {"s": "milliseconds", "ms": "milliseconds", "us": "microseconds", "ns": "nanoseconds"}


def _of_pandas(frame: Any) -> list[Column]:
    """An index with a name is a column, as in a file."""
    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()

    def cells(place: int) -> Sequence[Any]:
        return [_pandas_cell(value) for value in frame.iloc[:, place].array]

    return [
        Column(str(name), lambda place=place: cells(place))  # type: ignore[misc]
        for place, name in enumerate(frame.columns)
    ]


def _pandas_cell(value: Any) -> Any:
    if type(value).__name__ == "Timestamp":
        zone = "" if value.tzinfo is None else "Z"
        moment = value.tz_convert("UTC").tz_localize(None) if zone else value
        return moment.isoformat(timespec=_PANDAS_DIGITS[value.unit]) + zone
    one = _cell(value)
    return None if isinstance(one, float) and one != one else one


def _of_astropy(table: Any, name: str) -> Column:
    column = table[name]
    kind = type(column).__name__
    if kind == "Time":
        return Column(name, lambda: [str(text) for text in column.isot])
    if getattr(column, "ndim", 1) != 1:
        return Column(name, list, "holds arrays")
    if not hasattr(column, "dtype") or column.dtype.kind not in "biufSUO":
        return Column(name, list, f"holds values of the type {kind}")
    values = column.value if kind in ("Quantity", "MaskedQuantity") else column
    return Column(name, lambda: [_cell(value) for value in values])


_POLARS_FORMATS = {"ms": "%.3f", "us": "%.6f", "ns": "%.9f"}


def _of_polars(frame: Any, name: str) -> Column:
    series = frame.get_column(name)
    kind = str(series.dtype.base_type())
    if kind in ("List", "Array", "Struct", "Object", "Binary"):
        return Column(name, list, f"holds values of the type {kind}")
    if kind == "Float32":
        return Column(
            name, lambda: [None if one is None else widened(one) for one in series.to_list()]
        )
    if kind == "Datetime":
        zone = "" if series.dtype.time_zone is None else "Z"
        moments = series.dt.convert_time_zone("UTC").dt.replace_time_zone(None) if zone else series
        form = f"%Y-%m-%dT%H:%M:%S{_POLARS_FORMATS[series.dtype.time_unit]}"
        return Column(
            name,
            lambda: [None if one is None else one + zone for one in moments.dt.strftime(form).to_list()],
        )
    return Column(name, lambda: [_cell(value) for value in series.to_list()])


def _cell(value: Any) -> Any:
    """A time that is missing is a missing cell, as in a file."""
    return None if is_no_time(value) else plain(value)


def by_name(columns: Sequence[Column]) -> Mapping[str, Column]:
    """Raises ValueError where two have one name."""
    found: dict[str, Column] = {}
    for column in columns:
        if column.name in found:
            raise ValueError(f"table: the column {column.name} is there twice")
        found[column.name] = column
    return found
