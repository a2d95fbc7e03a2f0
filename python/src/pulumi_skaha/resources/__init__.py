"""Jobs and sweeps as resources of a Pulumi program in Python, through the native provider (docs/doors.md).

It needs the package `pulumi` (`pip install "pulumi-skaha[pulumi]"`) and the plugin of the npm package `pulumi-skaha`.
"""

try:
    import pulumi as _pulumi  # noqa: F401
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        'resources need the package pulumi: pip install "pulumi-skaha[pulumi]", or pip install pulumi'
    ) from error

from ._provider import Provider
from ._session import HeadlessSession
from ._session_array import ArrayJob, SessionArray
from ._sweep import Sweep

__all__ = ["ArrayJob", "HeadlessSession", "Provider", "SessionArray", "Sweep"]
