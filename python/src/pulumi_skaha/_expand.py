"""What a sweep gives its jobs besides their own inputs: variables of parameters and of replicas, and its counts. Pure."""

from __future__ import annotations

import re
from typing import Any, Mapping, Optional, Sequence, Union

from ._keys import KeyChoice, key_names
from ._row import Row
from ._values import identity_of, shown, text_of


def variables_of(
    rows: Sequence[Row], chosen: Union[bool, Sequence[str]], where: str
) -> list[dict[str, str]]:
    """``SWEEP_PARAM_BAND`` for each row; of a parameter that is None there is none."""
    if chosen is False:
        return [{} for _ in rows]
    return [_variables(row, list(row) + list(row.withheld) if chosen is True else chosen, where) for row in rows]


def _variables(row: Row, names: Any, where: str) -> dict[str, str]:
    by_variable: dict[str, str] = {}
    for name in names:
        variable = f"SWEEP_PARAM_{re.sub(r'[^A-Z0-9]', '_', name.upper())}"
        other = by_variable.setdefault(variable, name)
        if other != name:
            raise ValueError(f"{where}: `params_in_env`: {other} and {name} would both be {variable}; rename one")
    absent = next((name for name in names if name not in row), None)
    if absent is not None:
        why = row.why_not(absent) or f"{shown(row)} has no {absent}"
        raise ValueError(f"{where}: `params_in_env`: {why}")
    return {variable: text_of(row[name]) for variable, name in by_variable.items() if row[name] is not None}


def counted(rows: Sequence[Row], key: Optional[KeyChoice], where: str) -> list[int]:
    """For each row, the highest ``replica`` of those that are alike but for it."""
    groups = []
    for row in rows:
        replica = row.get("replica")
        if isinstance(replica, bool) or not isinstance(replica, int) or replica < 1:
            raise ValueError(
                f"{where}: `replica_env` needs a parameter `replica` that counts from 1, as replicas() makes it;"
                f" {shown(row)} has none"
            )
        names = sorted(row) if key is None and row.key_columns is None or callable(key) else key_names(row, key)
        groups.append(tuple((name, identity_of(row[name])) for name in names if name != "replica"))
    highest: dict[Any, int] = {}
    for group, row in zip(groups, rows):
        highest[group] = max(highest.get(group, 0), int(row["replica"] or 0))
    return [highest[group] for group in groups]


def summary_of(facts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """How many jobs have each status, and what they ask for."""
    counts: dict[str, int] = {}
    for one in facts:
        status = one.get("status") or "not created"
        counts[status] = counts.get(status, 0) + 1
    sizes = {size: sum(one.get(size) or 0 for one in facts) for size in ("cores", "ram")}
    return {"jobs": len(facts), "counts": counts, **sizes}
