"""A sweep of a fleet: its rows and their keys, and what fleet.yaml says of it."""

from __future__ import annotations

from typing import Any, Callable, Iterable, Mapping, Optional, Sequence, Union

from ._columns import library_of
from ._inputs import SweepJobArgs
from ._inputs_of_jobs import inputs_of, joined
from ._keys import KeyChoice, key_names, key_of
from ._parameters import Rows
from ._row import NoParameterError, Row, rows_of
from ._templates import ABSENT, Folding
from ._values import Value, fault_of, identity_of, shown

JobFunction = Callable[[Row], SweepJobArgs]

_MOST_SHOWN = 10
_MOST_KEYS_SHOWN = 5


class FleetSweep:
    """One job for each row of parameters, named by the values. Made by :meth:`Fleet.sweep`."""

    def __init__(
        self,
        name: str,
        over: Iterable[Mapping[str, Any]],
        *,
        job: Optional[JobFunction],
        key: Optional[KeyChoice],
        settings: Mapping[str, Any],
        shared: Mapping[str, Any],
    ) -> None:
        self.name = name
        self._where = f'Sweep "{name}"'
        self._refuse_other(over)
        self._source = over.source if isinstance(over, Rows) else None
        self._choice = key
        self._settings = settings
        #: The parameters of each job, in order.
        self.rows: list[Row] = self._sound(rows_of(over))
        #: The name of each job within the sweep, in the same order.
        self.keys: list[str] = [self._key_of(row) for row in self.rows]
        self._refuse_equal()
        #: Inputs of all jobs.
        self.shared = inputs_of(shared, self._where, is_sweep=True)
        self._own = [self._own_inputs(row, key, job) for row, key in zip(self.rows, self.keys)]
        #: Of each job all inputs, by the names of fleet.yaml.
        self.inputs = [joined(self.shared, own) for own in self._own]

    def own(self, index: int) -> Mapping[str, Any]:
        """What a job is given by its own row."""
        return self._own[index]

    def job(self, params: Union[Mapping[str, Any], str, None] = None, /, **more: Any) -> str:
        """The name of one job, for ``after`` of another: ``study.job(method="ls", band=2)``, or of a key.

        Raises KeyError if there is none.
        """
        return f"{self.name}/{self.keys[self.place_of(params, **more)]}"

    def place_of(self, params: Union[Mapping[str, Any], str, None] = None, /, **more: Any) -> int:
        """Which of the jobs it is. Raises KeyError if there is none, or more than one."""
        if isinstance(params, str):
            what = params
            found = [index for index, key in enumerate(self.keys) if key == params]
        else:
            wanted = {**(params or {}), **more}
            what = shown(wanted)
            marks = {name: identity_of(value) for name, value in Row(wanted).items()}
            found = [
                index
                for index, row in enumerate(self.rows)
                if all(name in row and identity_of(row[name]) == mark for name, mark in marks.items())
            ]
        if len(found) == 1:
            return found[0]
        known = _some(self.keys, _MOST_KEYS_SHOWN)
        how = "no job" if not found else f"{len(found)} jobs"
        raise KeyError(f"the sweep {self.name} has {how} {what}; its jobs are {known}")

    def _refuse_other(self, over: Any) -> None:
        """What is no list of rows, and looked through would be another one: a table's columns, a dict's names."""
        kind = type(over).__name__
        if library_of(over) is not None:
            raise TypeError(f"{self._where}: `over` is a {kind}; its rows are `skaha.table(..., key=...)` of it")
        if isinstance(over, Mapping):
            raise TypeError(
                f"{self._where}: `over` is a dict; every combination of its lists is `skaha.grid(...)` of it, and one row"
                " is a list of one dict, [{...}]"
            )
        if isinstance(over, (str, bytes)) or not hasattr(type(over), "__iter__"):
            raise TypeError(f"{self._where}: `over` is {over!r}, and has to be a list of dicts")

    def _sound(self, rows: list[Any]) -> list[Row]:
        if not rows and not self._settings.get("allowEmpty"):
            raise ValueError(
                f"{self._where}: `over` has no rows, so there are no jobs; if that is intended, write `allow_empty=True`"
            )
        found = [(index, fault_of(row)) for index, row in enumerate(rows)]
        faults = [f"over[{index}] {fault}" for index, fault in found if fault is not None]
        if faults:
            raise ValueError(f"{self._where}: {_some(faults)}")
        return rows

    def _key_of(self, row: Row) -> str:
        try:
            return key_of(row, self._choice)
        except ValueError as error:
            raise ValueError(f"{self._where}: {error}") from None

    def _refuse_equal(self) -> None:
        first: dict[str, int] = {}
        equal = []
        for index, key in enumerate(self.keys):
            before = first.setdefault(key, index)
            if before != index:
                one, other = shown(self.rows[before]), shown(self.rows[index])
                equal.append(f"over[{before}] {one} and over[{index}] {other} are both {key}")
        if equal:
            raise ValueError(
                f"{self._where}: {_some(equal)}: each job needs a key of its own; leave one out, or choose another `key`"
            )

    def _own_inputs(self, row: Row, key: str, job: Optional[JobFunction]) -> dict[str, Any]:
        if job is None:
            return {}
        where = f"{self._where}, {key}"
        try:
            own = job(row)
        except NoParameterError as error:
            raise NoParameterError(f"{where}: {error}") from error
        if not isinstance(own, Mapping):
            raise TypeError(f"{where}: `job` returned {own!r}, not a dict of the job's inputs")
        return inputs_of(own, where, is_sweep=True)

    def written(self) -> Optional[dict[str, Any]]:
        """What fleet.yaml says of it; None where there are no jobs.

        Raises ValueError where one sweep of a fleet.yaml cannot say it.
        """
        if not self.rows:
            return None
        folding = Folding(self.rows)
        try:
            names = dict.fromkeys(name for inputs in self.inputs for name in inputs)
            template = {
                name: folding.fold([inputs.get(name, ABSENT) for inputs in self.inputs], name)
                for name in names
            }
            key = self._written_key(folding)
            settings = self._written_settings(folding, key)
        except ValueError as error:
            raise ValueError(f"{self._where}: {error}") from None
        return {**self._written_rows(folding), **key, **settings, **template}

    def _written_rows(self, folding: Folding) -> dict[str, Any]:
        if self._source is not None and not folding.columns:
            kind, lists = self._source
            return {kind: lists}
        columns = folding.columns.items()
        return {
            "list": [
                {**row, **{name: values[index] for name, values in columns}}
                for index, row in enumerate(self.rows)
            ]
        }

    def _written_key(self, folding: Folding) -> dict[str, Any]:
        """Nothing where a key is made of all that a row has, as is the rule."""
        if callable(self._choice):
            return {"key": "{" + folding.column("key", self.keys) + "}"}
        ways = {tuple(sorted(key_names(row, self._choice))) for row in self.rows}
        is_all = all(set(key_names(row, self._choice)) == set(row) for row in self.rows)
        if is_all and not folding.columns:
            return {}
        if len(ways) == 1:
            return {"key": list(ways.pop())}
        if any(len(key) > 100 for key in self.keys):
            raise ValueError("its rows have different parameters, so choose a `key` that is not so long")
        return {"key": "{" + folding.column("key", self.keys) + "}"}

    def _written_settings(self, folding: Folding, key: Mapping[str, Any]) -> dict[str, Any]:
        settings = {name: value for name, value in self._settings.items() if value not in (None, False)}
        if settings.get("paramsInEnv") is True:
            withheld = next((why for row in self.rows for why in row.withheld.values()), None)
            if withheld is not None:
                raise ValueError(f"`params_in_env`: {withheld}; name the parameters that are wanted")
            if folding.columns:
                ways = {tuple(row) for row in self.rows}
                if len({frozenset(way) for way in ways}) > 1:
                    raise ValueError("`params_in_env`: its rows have different parameters; name those that are wanted")
                settings["paramsInEnv"] = list(ways.pop())
        if settings.get("replicaEnv") and folding.columns and isinstance(key.get("key"), str):
            raise ValueError("`replica_env` needs a `key` that is a list of parameters")
        return settings


def _some(lines: Sequence[str], most: int = _MOST_SHOWN) -> str:
    more = f"; and {len(lines) - most} more" if len(lines) > most else ""
    return f"{'; '.join(lines[:most])}{more}"
