"""The settings of some resources of a program, where they are not to be those of the stack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

import pulumi

from .._inputs_of_jobs import unknown_name
from .._settings import SECRET_SETTINGS, SETTING_NAMES, ProviderArgs
from .._values import text_of

if TYPE_CHECKING:
    from typing_extensions import Unpack


class Provider(pulumi.ProviderResource):
    """A provider with settings of its own, for the option ``provider`` of jobs and sweeps.

    Each setting is one of a stack (docs/reference.md), in Python's spelling: ``server_url``, ``max_in_flight``.
    """

    def __init__(
        self,
        name: str,
        /,
        opts: Optional[pulumi.ResourceOptions] = None,
        **settings: Unpack[ProviderArgs],
    ) -> None:
        """Raises TypeError for a setting that there is not."""
        unknown = [one for one in settings if one not in SETTING_NAMES]
        if unknown:
            raise TypeError(f'Provider "{name}": {unknown_name("setting", unknown[0], SETTING_NAMES)}')
        super().__init__("skaha", name, {
            SETTING_NAMES[one]: _written(value, one in SECRET_SETTINGS)
            for one, value in settings.items()
            if value is not None
        }, opts)


def _written(value: Any, is_secret: bool) -> pulumi.Output[str]:
    text = pulumi.Output.from_input(value).apply(text_of)
    return pulumi.Output.secret(text) if is_secret else text
