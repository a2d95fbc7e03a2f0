"""What a sweep is told besides its rows and the inputs of its jobs, of the types that it has to be of. Pure."""

from __future__ import annotations

from typing import Any, Callable, Mapping, NamedTuple, Optional, Sequence, Union

from ._input_types import StopLimits
from ._inputs_of_jobs import limits_of
from ._keys import KeyChoice
from ._packs import fault_of_pack
from ._shapes import fault_of_flag, fault_of_map, is_count
from ._values import plain


class SweepSettings(NamedTuple):
    job: Optional[Callable[[Any], Any]]
    key: Optional[KeyChoice]
    canary: int
    array: bool
    pack: Optional[Mapping[str, int]]
    max_in_flight: Optional[int]
    #: By the names of fleet.yaml.
    stop_after: Optional[Mapping[str, Any]]
    params_in_env: Union[bool, Sequence[str]]
    replica_env: bool
    allow_empty: bool


def sweep_settings(where: str, **given: Any) -> SweepSettings:
    """What is None was not given.

    Raises ValueError for a value that the argument cannot have.
    """
    told = {name: plain(value) for name, value in given.items()}
    for name in ("array", "replica_env", "allow_empty"):
        told[name] = False if told[name] is None else told[name]
        _refuse(where, name, fault_of_flag(told[name]))
    told["canary"] = 0 if told["canary"] is None else told["canary"]
    _refuse(where, "canary", _fault_of_count(told["canary"], 0))
    if told["max_in_flight"] is not None:
        _refuse(where, "max_in_flight", _fault_of_count(told["max_in_flight"], 1))
    if told["job"] is not None and not callable(told["job"]):
        _refuse(where, "job", f"is {told['job']!r}, and has to be a function of a row; what all jobs share is given beside it")
    _refuse_map(where, "stop_after", told["stop_after"], {"failed": 5})
    told["stop_after"] = limits_of(told["stop_after"], where)
    _refuse_map(where, "pack", told["pack"], {"jobs": 50, "parallel": 4})
    if told["pack"] is not None:
        told["pack"] = {name: plain(value) for name, value in told["pack"].items()}
    fault = fault_of_pack(told["pack"], told["array"])
    if fault is not None:
        raise ValueError(f"{where}: {fault}")
    told["key"] = _key(where, told["key"])
    told["params_in_env"] = _names_in_env(where, told["params_in_env"])
    return SweepSettings(**told)


def _refuse(where: str, name: str, fault: Optional[str]) -> None:
    if fault is not None:
        raise ValueError(f"{where}: `{name}` {fault}")


def _refuse_map(where: str, name: str, value: Any, example: Mapping[str, int]) -> None:
    if value is not None:
        _refuse(where, name, fault_of_map(value, example))


def _fault_of_count(value: Any, least: int) -> Optional[str]:
    return None if is_count(value, least) else f"is {value!r}, and has to be a whole number from {least} on"


def _key(where: str, choice: Any) -> Optional[KeyChoice]:
    if choice is None or isinstance(choice, str) or callable(choice):
        return choice  # type: ignore[no-any-return]
    names = _names(choice)
    if not names:
        _refuse(where, "key", f"is {choice!r}, and has to be a parameter's name, a list of them, or a function of a row")
    return names


def _names_in_env(where: str, chosen: Any) -> Union[bool, Sequence[str]]:
    if chosen is None or isinstance(chosen, bool):
        return bool(chosen)
    names = _names(chosen)
    if isinstance(chosen, str):
        _refuse(where, "params_in_env", f"is {chosen!r}, which is text; write True, False or a list: [{chosen!r}]")
    if names is None:
        _refuse(where, "params_in_env", f"is {chosen!r}, and has to be True, False or a list of parameters' names")
    return names or False


def _names(given: Any) -> Optional[list[str]]:
    """None for what is no list of texts."""
    if isinstance(given, (str, bytes, Mapping)) or not hasattr(given, "__iter__"):
        return None
    names = [plain(one) for one in given]
    return names if all(isinstance(one, str) for one in names) else None
