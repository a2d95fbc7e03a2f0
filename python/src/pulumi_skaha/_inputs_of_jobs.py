"""From the inputs that a program gives a job to those that fleet.yaml has: names, joined maps, references. Pure."""

from __future__ import annotations

import difflib
from typing import Any, Mapping, Optional

from ._inputs import INPUT_NAMES, INPUT_SHAPES, SET_BY_SWEEP
from ._shapes import fault_of_shape
from ._values import fault_of, half_of_character, plain, remedy_of, shown_value

_NESTED = {
    "at_least": "atLeast",
    "cores_factor": "coresFactor",
    "max_in_flight": "maxInFlight",
    "min_bytes": "minBytes",
    "newer_than_start": "newerThanStart",
    "ram_factor": "ramFactor",
}
_WITHOUT_ORDINARY_NAMES = ("env", "untracked_env")


def inputs_of(given: Mapping[str, Any], where: str, is_sweep: bool) -> dict[str, Any]:
    """The inputs by the names of fleet.yaml. One that is None was not given.

    Raises TypeError for a name that no input has, ValueError for a value that nothing can be.
    """
    inputs: dict[str, Any] = {}
    for name, value in given.items():
        if name not in INPUT_NAMES:
            raise TypeError(f"{where}: {unknown_name('input', name, INPUT_NAMES)}")
        if is_sweep and name in SET_BY_SWEEP:
            raise TypeError(f"{where}: `{name}` is set by the sweep, not by a job")
        if value is None:
            continue
        fault = None if _is_of_program(value, "Output") else fault_of_shape(value, INPUT_SHAPES.get(name))
        if fault is not None:
            raise ValueError(f"{where}: `{name}` {fault}")
        inputs[INPUT_NAMES[name]] = _written(value, name, where, name == "triggers")
    return inputs


def limits_of(given: Optional[Mapping[str, Any]], where: str) -> Optional[dict[str, Any]]:
    """The limits of a sweep's `stop_after`, by the names of fleet.yaml. Raises ValueError."""
    return None if given is None else dict(_written(given, "stop_after", where, False))


def unknown_name(what: str, name: str, known: Mapping[str, str]) -> str:
    """Why it is none of those that are known, and which may be meant.

    :param known: what TypeScript calls each, by what Python does
    """
    for python_name, other in known.items():
        if other == name:
            return f"there is no {what} `{name}`: in Python it is `{python_name}`"
    begun = [one for one in known if one.startswith(f"{name}_")]
    close = difflib.get_close_matches(name, known, 1) or begun
    hint = f"did you mean `{close[0]}`?" if close else f"there are {', '.join(known)}"
    return f"there is no {what} `{name}`: {hint}"


def _written(value: Any, path: str, where: str, may_be_none: bool) -> Any:
    if _is_of_program(value):
        return value
    if isinstance(value, Mapping):
        inside = path.partition(".")[0]
        return {
            (name if inside in _WITHOUT_ORDINARY_NAMES else _NESTED.get(name, name)): _written(
                one, f"{path}.{name}", where, may_be_none
            )
            for name, one in value.items()
            if one is not None or may_be_none
        }
    is_reference = path.startswith(("after.", "canary."))
    name = getattr(value, "name", None) if is_reference else None
    if isinstance(name, str):
        return name
    one = plain(value)
    if one is not None and not isinstance(one, (str, int, float, bool)):
        remedy = remedy_of(value)
        if remedy is not None or isinstance(value, (str, bytes)) or not hasattr(value, "__iter__"):
            more = "" if remedy is None else f"; {remedy}"
            raise ValueError(f"{where}: `{path}` is {value!r}, which is no text, number or list{more}")
        return [
            _written(item, f"{path}.{index}", where, may_be_none)
            for index, item in enumerate(value)
        ]
    if one is None and not may_be_none:
        raise ValueError(f"{where}: `{path}` is None; leave it out, or give it a value")
    fault = fault_of({path: one})
    if fault is not None:
        raise ValueError(f"{where}: `{path}` is {shown_value(one)}: {_why(one)}")
    return one


def _is_of_program(value: Any, *kinds: str) -> bool:
    """An output or a resource of a Pulumi program: known by its class, so that pulumi is not imported."""
    return any(
        kind.__module__.partition(".")[0] == "pulumi" and kind.__name__ in (kinds or ("Output", "Resource"))
        for kind in type(value).__mro__
    )


def _why(value: Any) -> str:
    if isinstance(value, str) and half_of_character(value):
        return "it has half of a surrogate pair, which is no character"
    return "it has to be a finite number, with all its digits; write an identifier as an int or as text"


def joined(shared: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """A job's own inputs on top of those of all: variable by variable, and its command or script instead of theirs."""
    runs = "cmd" in own or "script" in own
    others = {
        name: value for name, value in shared.items() if not (runs and name in ("cmd", "script"))
    }
    env = {**shared.get("env", {}), **own.get("env", {})}
    return {**others, **own, **({"env": env} if env else {})}


def in_order(inputs: Mapping[str, Any], shared: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """A job's inputs in the order in which TypeScript has them, because an array's rows have their values so."""
    runs = [] if "cmd" in own or "script" in own else ["cmd", "script"]
    first = [name for name in shared if name not in ("cmd", "script")]
    ordered = dict.fromkeys(name for name in (*first, *runs, *inputs) if name in inputs and name != "env")
    env = {"env": inputs["env"]} if "env" in inputs else {}
    return {**{name: inputs[name] for name in ordered}, **env}
