"""The environment in which jobs make the engine fast, as `pulumi-skaha` sets it (cli/plan/environment.ts says why). Pure."""

from __future__ import annotations

import re
from typing import Mapping

#: Without `PULUMI_CONTINUE_ON_ERROR`: with it a run may wait for ever where a session cannot be cancelled, and only `pulumi-skaha`
#: ends that; `stack.up(continue_on_error=True)` asks for it. And without `GOGC`: twice Go's own choice takes 40 MiB more for an
#: `up` of 1,000 jobs, and spares the engine a tenth of its CPU.
_SETTINGS = {
    "PULUMI_PARALLEL": "1024",
    "PULUMI_SKIP_CHECKPOINTS": "true",
    "PULUMI_LOG_ROTATION_MAX_TOTAL_MB": "50",
}
_YOUNG_HEAP = "--max-semi-space-size=8"


def engine_environment(given: Mapping[str, str]) -> dict[str, str]:
    """What to add to the user's own settings, which stand.

    :param given: all variables that are set
    """
    options = given.get("NODE_OPTIONS", "")
    is_chosen = re.search(r"--max[-_]semi[-_]space[-_]size", options) is not None
    return {
        **{name: value for name, value in _SETTINGS.items() if name not in given},
        **({} if is_chosen else {"NODE_OPTIONS": f"{options} {_YOUNG_HEAP}".strip()}),
    }
