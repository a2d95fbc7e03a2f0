"""Numbers as JavaScript writes them, because the keys of jobs are made of that text. Pure."""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Optional, Union

Number = Union[int, float]

#: The largest whole number below which a double holds every one.
MAX_SAFE_INTEGER = 2**53 - 1
_MOST_ROUND_DIGITS = 6
_MOST_DECIMAL_DIGITS = 21


def number_text(number: Number) -> str:
    """The text of a finite number: ``0.1``, ``2``, ``1e+21``, ``1e-7``. Of an integer all digits.

    The rule is ``Number::toString`` of ECMAScript; both languages choose the shortest digits.
    """
    if isinstance(number, int):
        return str(number)
    if number == 0:
        return "0"
    sign, digits, point = _shortest(number)
    count = len(digits)
    if count <= point <= _MOST_DECIMAL_DIGITS:
        return sign + digits + "0" * (point - count)
    if 0 < point <= _MOST_DECIMAL_DIGITS:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    return sign + _with_exponent(digits, point)


def exponential_text(number: float) -> str:
    """The shortest text with an exponent: ``4.2958067200382853e+18``."""
    sign, digits, point = _shortest(number)
    return sign + _with_exponent(digits, point)


def _with_exponent(digits: str, point: int) -> str:
    mantissa = digits if len(digits) == 1 else f"{digits[0]}.{digits[1:]}"
    exponent = point - 1
    return f"{mantissa}e{'+' if exponent >= 0 else '-'}{abs(exponent)}"


def _shortest(number: float) -> tuple[str, str, int]:
    """The sign, the digits without zeros at the end, and how many of them stand before the point."""
    sign, digits, exponent = Decimal(repr(float(number))).as_tuple()
    text = "".join(map(str, digits)).lstrip("0")
    point = len(text) + int(exponent)
    return "-" if sign else "", text.rstrip("0") or "0", point


def is_uncertain(number: float) -> bool:
    """Whether a whole double beyond 2^53 may not be what was written, as with a Gaia id; round ones pass."""
    if not math.isfinite(number) or not float(number).is_integer() or abs(number) <= MAX_SAFE_INTEGER:
        return False
    text = number_text(abs(number))
    return "e" not in text and len(text.rstrip("0")) > _MOST_ROUND_DIGITS


_NUMERAL = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:e[+-][0-9]+)?")


def canonical_number(text: str) -> Optional[float]:
    """The number that a text is the one way to write; None for any other text, and where digits may be lost."""
    if not _NUMERAL.fullmatch(text):
        return None
    number = float(text)
    is_canonical = math.isfinite(number) and number_text(number) == text
    return number if is_canonical and not is_uncertain(number) else None


def is_numeral(text: str) -> bool:
    """Whether a number's text is this one, that of NaN and the infinities too."""
    return text in ("NaN", "Infinity", "-Infinity") or canonical_number(text) is not None


def fixed(number: float, places: int) -> float:
    """The number with so many decimals, as ``toFixed`` rounds: halves away from zero, of the double's exact value."""
    if abs(number) >= 1e21:
        return number
    step = Decimal(1).scaleb(-places)
    exact = Context(prec=400, rounding=ROUND_HALF_UP)
    return float(Decimal(number).quantize(step, context=exact)) + 0.0


def short(number: float) -> float:
    """The number with 15 digits, as ``toPrecision(15)``: without the last digit's noise, 0.1 + 0.2 is 0.3."""
    return float(Context(prec=15, rounding=ROUND_HALF_UP).create_decimal(Decimal(number)))


def decimals(number: Number) -> int:
    """How many decimals the number is written with."""
    digits, _, exponent = number_text(number).partition("e")
    return max(0, len(digits.partition(".")[2]) - int(exponent or "0"))
