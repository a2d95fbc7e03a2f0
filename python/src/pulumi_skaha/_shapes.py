"""Whether a value is a list, a dict, a boolean or a count where one is wanted, and in words why it is none. Pure.

Python takes any text for a list of letters, and any text but "" for True: both would change what is declared unseen.
"""

from __future__ import annotations

from typing import Any, Mapping, Optional

from ._values import plain


def fault_of_shape(value: Any, shape: Optional[str]) -> Optional[str]:
    """:param shape: list, map, flag, or None where the value is left to the preview"""
    if shape == "list":
        return fault_of_list(value)
    if shape == "map":
        return fault_of_map(value)
    return fault_of_flag(value) if shape == "flag" else None


def fault_of_list(value: Any) -> Optional[str]:
    if isinstance(value, (str, bytes)):
        return f"is {value!r}, which is text; write a list: [{value!r}]"
    if isinstance(value, (set, frozenset)):
        return f"is {value!r}, a set, which has no order; write a list"
    if isinstance(value, Mapping):
        return f"is {value!r}, a dict; write a list: [{value!r}]"
    # A resource of Pulumi has no order of its own, and an output fails as it is looked through.
    if not hasattr(type(value), "__iter__") or getattr(value, "shape", None) == ():
        return f"is one {type(value).__name__}; write a list, also of one"
    return None


def fault_of_map(value: Any, example: Optional[Mapping[str, Any]] = None) -> Optional[str]:
    if isinstance(value, Mapping):
        return None
    like = "" if example is None else f", like {dict(example)!r}"
    return f"is {value!r}, and has to be a dict{like}"


def fault_of_flag(value: Any) -> Optional[str]:
    return None if isinstance(plain(value), bool) else f"is {value!r}, and has to be True or False"


def is_count(value: Any, least: int) -> bool:
    """Whether it is a whole number of at least so many; True and False are none."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= least
