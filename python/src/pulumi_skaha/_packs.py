"""How a sweep says that its jobs share sessions. Pure."""

from __future__ import annotations

from typing import Any, Mapping, Optional

from ._shapes import is_count


def fault_of_pack(pack: Optional[Mapping[str, Any]], is_array: bool) -> Optional[str]:
    """What is wrong with it, in words; None for nothing."""
    if pack is None:
        return None
    unknown = next((name for name in pack if name not in ("jobs", "parallel")), None)
    if unknown is not None:
        return f"`pack` has jobs and parallel, and no {unknown}"
    if not is_array:
        return "`pack` needs `array=True`"
    jobs, parallel = pack.get("jobs"), pack.get("parallel")
    if not is_count(jobs, 1):
        return f"`pack.jobs` is {jobs!r}, and has to be a whole number from 1 on"
    if not is_count(parallel, 1) or parallel > jobs:  # type: ignore[operator]
        return f"`pack.parallel` is {parallel!r}, and has to be a whole number from 1 to pack.jobs, {jobs}"
    return None
