"""Numbers of 32 bits as people wrote them. Pure."""

from __future__ import annotations

import math
import struct


def widened(number: float) -> float:
    """The shortest decimal number that is the same float32: 0.1, where the double of its bits is 0.10000000149011612."""
    if not math.isfinite(number):
        return number
    bits = struct.pack("f", number)
    for digits in range(1, 10):
        shorter = float(f"{number:.{digits}g}")
        try:
            if struct.pack("f", shorter) == bits:
                return shorter
        except OverflowError:
            continue
    return number
