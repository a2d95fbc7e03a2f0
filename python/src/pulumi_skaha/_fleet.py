"""A fleet.yaml that a Python program writes: the same jobs, keys and ids as a program in TypeScript declares."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Iterable, Mapping, Optional, Sequence, TypedDict, TypeVar, Union

from ._fleet_sweep import FleetSweep, JobFunction
from ._input_types import StopLimits
from ._inputs import JobArgs, SweepJobArgs
from ._inputs_of_jobs import inputs_of
from ._keys import KeyChoice
from ._sweep_settings import sweep_settings
from ._yaml import yaml_text

if TYPE_CHECKING:
    from typing_extensions import Unpack


class PackArgs(TypedDict):
    """How jobs share sessions."""

    jobs: int
    """How many a session runs in all, at most."""
    parallel: int
    """How many of them at a time."""


class FleetJob:
    """A single job. Made by :meth:`Fleet.job`: other jobs name it in ``after``."""

    def __init__(self, name: str, inputs: Mapping[str, Any]) -> None:
        self.name = name
        self.inputs = dict(inputs)


_Declared = TypeVar("_Declared", FleetJob, FleetSweep)

_HEADER = """\
# Written by Python (pulumi_skaha): change the program, not this file.
# yaml-language-server: $schema=node_modules/pulumi-skaha/schema/fleet.schema.json
"""


class Fleet:
    """Jobs and sweeps, to be written as the fleet.yaml of a project.

    >>> fleet = Fleet(image="images.canfar.net/skaha/astroml:24.07")
    >>> study = fleet.sweep("study", [{"band": 2}, {"band": 4}], job=lambda row: {"cmd": "fit.py", "args": [row["band"]]})
    >>> summary = fleet.job("summary", cmd="summary.py", after=[study])
    >>> study.keys
    ['band=2', 'band=4']
    """

    def __init__(self, **defaults: Unpack[SweepJobArgs]) -> None:
        """
        :param defaults: inputs of all jobs, those of sweeps too, that say nothing else
        """
        self._defaults = inputs_of(defaults, "Fleet", is_sweep=True)
        self._declared: dict[str, Union[FleetJob, FleetSweep]] = {}

    def job(self, name: str, /, **inputs: Unpack[JobArgs]) -> FleetJob:
        """A single job.

        Raises TypeError for an input that there is not, ValueError for a value that cannot be written.
        """
        return self._declare(FleetJob(name, inputs_of(inputs, f'Job "{name}"', is_sweep=False)))

    def sweep(
        self,
        name: str,
        /,
        over: Iterable[Mapping[str, Any]],
        *,
        job: Optional[JobFunction] = None,
        key: Optional[KeyChoice] = None,
        canary: int = 0,
        array: bool = False,
        pack: Optional[PackArgs] = None,
        max_in_flight: Optional[int] = None,
        stop_after: Optional[StopLimits] = None,
        params_in_env: Union[bool, Sequence[str]] = False,
        replica_env: bool = False,
        allow_empty: bool = False,
        **inputs: Unpack[SweepJobArgs],
    ) -> FleetSweep:
        """One job for each row.

        :param over: rows of parameters: see ``grid``, ``zip``, ``list``, ``table``; or any list of dicts
        :param job: makes a job's own inputs from its row, on top of those given for all
        :param key: what a job is named by: parameters that tell the rows apart, or a function of a row. Default: all
            parameters; of a table's rows, the table's key
        :param canary: all jobs but the first so many are held until those are Completed
        :param array: all jobs are one resource of the stack instead of one each: for thousands
        :param pack: jobs share sessions, as ``{"jobs": 50, "parallel": 4}``. It needs ``array=True``, a ``record``,
            and ``cores`` and ``ram``
        :param max_in_flight: how many jobs of this sweep may run or wait to run at a time
        :param stop_after: holds the rest of the sweep, as soon as so many of its jobs have failed for the same cause, or
            such a part of those that ended: ``{"failed": 5}``, ``{"share": 0.1, "at_least": 20}``
        :param params_in_env: gives each job its parameters, or those named, as variables: ``SWEEP_PARAM_BAND``
        :param replica_env: sets ``REPLICA_ID`` and ``REPLICA_COUNT``, as the canfar client does
        :param allow_empty: whether there may be no rows at all
        :param inputs: inputs of all jobs of the sweep

        Text is literal: braces are braces, and a parameter comes in by ``job``.

        Raises ValueError, which names the rows that are at fault: without parameters, not finite, with equal keys.
        """
        told = sweep_settings(
            f'Sweep "{name}"',
            job=job,
            key=key,
            canary=canary,
            array=array,
            pack=pack,
            max_in_flight=max_in_flight,
            stop_after=stop_after,
            params_in_env=params_in_env,
            replica_env=replica_env,
            allow_empty=allow_empty,
        )
        settings = {
            "canary": told.canary or None,
            "maxInFlight": told.max_in_flight,
            "stopAfter": told.stop_after,
            "array": told.array,
            "pack": told.pack,
            "paramsInEnv": told.params_in_env,
            "replicaEnv": told.replica_env,
            "allowEmpty": told.allow_empty,
        }
        return self._declare(FleetSweep(name, over, job=told.job, key=told.key, settings=settings, shared=inputs))

    def _declare(self, one: _Declared) -> _Declared:
        if one.name in self._declared:
            raise ValueError(f"there is a job or a sweep {one.name} already: each needs a name of its own")
        self._declared[one.name] = one
        return one

    def text(self) -> str:
        """What :meth:`write` writes."""
        jobs = {name: one.inputs for name, one in self._declared.items() if isinstance(one, FleetJob)}
        sweeps = {
            name: one.written() for name, one in self._declared.items() if isinstance(one, FleetSweep)
        }
        empty = {name for name, written in sweeps.items() if written is None}
        parts = {
            "defaults": self._defaults,
            "jobs": {name: _without(inputs, empty) for name, inputs in jobs.items()},
            "sweeps": {
                name: _without(written, empty) for name, written in sweeps.items() if written is not None
            },
        }
        return _HEADER + yaml_text({name: part for name, part in parts.items() if part})

    def write(self, path: Union[str, os.PathLike[str]] = "fleet.yaml") -> Path:
        """Writes the file, as a whole or not at all. What is in it is checked by the next preview."""
        place = Path(path)
        text = self.text()
        if place.exists() and place.read_text(encoding="utf-8") == text:
            return place
        handle, draft = tempfile.mkstemp(dir=place.parent or ".", prefix=f".{place.name}.")
        try:
            with open(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
            os.chmod(draft, 0o644)
            os.replace(draft, place)
        except BaseException:
            os.unlink(draft)
            raise
        return place


def _without(inputs: Mapping[str, Any], empty: set[str]) -> dict[str, Any]:
    """The inputs without references to sweeps that have no jobs."""
    if "after" not in inputs:
        return dict(inputs)
    after = [one for one in inputs["after"] if not (isinstance(one, str) and one in empty)]
    return {**inputs, "after": after}
