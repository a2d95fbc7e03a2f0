"""Headless sessions of a Skaha server, such as CANFAR's Science Platform, from Python.

>>> import pulumi_skaha as skaha
>>> fleet = skaha.Fleet(image="images.canfar.net/skaha/astroml:24.07")
>>> study = fleet.sweep(
...     "study",
...     skaha.grid(method=["ls", "bls"], band=skaha.range(2, 22, 2)),
...     cmd="python /arc/projects/survey/search.py",
...     job=lambda row: {"args": ["--method", row["method"], "--band", row["band"]]},
... )
>>> len(study.keys), study.keys[0]
(20, 'band=2,method=ls')
"""

from ._command import CommandError
from ._fleet import Fleet, FleetJob, PackArgs
from ._fleet_sweep import FleetSweep
from ._input_types import (
    FromConfig,
    JobGroup,
    OutputArgs,
    RegistryAuthArgs,
    RetryArgs,
    SessionId,
    StopAfter,
    StopLimits,
    from_config,
)
from ._inputs import JobArgs, SweepJobArgs
from ._keys import key_of
from ._parameters import (
    Rows,
    concat,
    exclude,
    grid,
    linspace,
    list_,
    logspace,
    range_,
    replicas,
    zip_,
)
from ._results import manifest, manifest_frame, manifest_table, until_done
from ._row import Row
from ._tables import table
from ._values import Value

list = list_
range = range_
zip = zip_

# These three are not among them: `from pulumi_skaha import *` leaves Python's own alone.
__all__ = [
    "CommandError",
    "Fleet",
    "FleetJob",
    "FleetSweep",
    "FromConfig",
    "JobArgs",
    "JobGroup",
    "OutputArgs",
    "PackArgs",
    "RegistryAuthArgs",
    "RetryArgs",
    "Row",
    "Rows",
    "SessionId",
    "StopAfter",
    "StopLimits",
    "SweepJobArgs",
    "Value",
    "concat",
    "exclude",
    "from_config",
    "grid",
    "key_of",
    "linspace",
    "logspace",
    "manifest",
    "manifest_frame",
    "manifest_table",
    "replicas",
    "table",
    "until_done",
]
