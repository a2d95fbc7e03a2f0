"""A program's values as the engine can be handed them: it has numbers of 64 bits only, and knows no `from_config`."""

from __future__ import annotations

from typing import Any, Hashable, Mapping

import pulumi

from .._values import would_lose_digits


class WireForm:
    """The same values, with all digits of an integer as text. What several of them share, they share afterwards."""

    def __init__(self) -> None:
        self._known: dict[Hashable, tuple[Any, pulumi.Output[Any]]] = {}

    def of(self, value: Any) -> Any:
        """Looks into lists, maps and what is known later only."""
        if isinstance(value, pulumi.Output):
            if id(value) not in self._known:
                self._known[id(value)] = value, value.apply(WireForm().of)
            return self._known[id(value)][1]
        if isinstance(value, Mapping):
            if value.keys() == {"fromConfig"}:
                return self._from_config(value["fromConfig"])
            return {name: self.of(one) for name, one in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.of(one) for one in value]
        return str(value) if would_lose_digits(value) else value

    def _from_config(self, key: str) -> pulumi.Output[Any]:
        name = f"config {key}"
        if name not in self._known:
            self._known[name] = key, pulumi.Config().require_secret(key)
        return self._known[name][1]


def is_literal(value: Any) -> bool:
    """Whether nothing in it is known later only."""
    if isinstance(value, (list, tuple)):
        return all(map(is_literal, value))
    if isinstance(value, Mapping):
        return all(map(is_literal, value.values()))
    return is_scalar(value)


def is_scalar(value: Any) -> bool:
    return value is None or isinstance(value, (str, bool, int, float))
