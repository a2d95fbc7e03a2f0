"""Many jobs from parameters as resources of a Pulumi program: one each, or one for all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterable, Mapping, Optional, Sequence, Union

import pulumi

from .._expand import counted, summary_of, variables_of
from .._fleet import PackArgs
from .._fleet_sweep import FleetSweep, JobFunction
from .._input_types import StopLimits
from .._inputs import SweepJobArgs
from .._inputs_of_jobs import in_order, limits_of
from .._keys import KeyChoice, key_names, other_keys
from .._packs import fault_of_pack
from .._row import Row
from .._values import plain_scalar
from ._predecessors import Facts, OneJob, SeveralJobs
from ._session import HeadlessSession, register
from ._session_array import ArrayJob, Member, SessionArray

if TYPE_CHECKING:
    from typing_extensions import Unpack

_SWEEP_TYPE = "skaha:index:Sweep"


class Sweep(SeveralJobs, pulumi.ComponentResource):
    """One job for each row of parameters, named by the values: adding, removing or reordering them launches and cancels
    exactly the jobs that came and went.
    """

    def __init__(
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
        opts: Optional[pulumi.ResourceOptions] = None,
        **inputs: Unpack[SweepJobArgs],
    ) -> None:
        """
        :param over: rows of parameters: see ``grid``, ``zip``, ``list``, ``table``; or any list of dicts
        :param job: makes a job's own inputs from its row, on top of those given for all
        :param key: what a job is named by. Default: all parameters; of a table's rows, the table's key
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

        Raises ValueError, which names the rows that are at fault: without parameters, not finite, with equal keys.
        """
        settings = {"allowEmpty": allow_empty}
        self._declared = FleetSweep(name, over, job=job, key=key, settings=settings, shared=inputs)
        where = f'Sweep "{name}"'
        _refuse(where, canary, max_in_flight, fault_of_pack(pack, array))
        group = None if max_in_flight is None else {"name": name, "maxInFlight": max_in_flight}
        limits = limits_of(stop_after, where)
        more = {
            "group": group,
            "stopAfter": None if limits is None else {"name": name, **limits},
            "pack": None if pack is None else {"name": name, **pack},
        }
        own = [
            {**inputs, **{one: value for one, value in more.items() if value is not None}}
            for inputs in _expanded(self._declared, key, params_in_env, replica_env, where)
        ]
        params = [{one: plain_scalar(value) for one, value in row.items()} for row in self._declared.rows]
        names = [f"{name}/{one}" for one in self.keys]
        super().__init__(_SWEEP_TYPE, name, {}, opts)
        self._array: Optional[SessionArray] = None
        self._jobs: Sequence[OneJob]
        if array and own:
            members = [Member(*one) for one in zip(self.keys, params, own)]
            canaries = self.keys[:canary] if canary < len(own) else []
            self._array = SessionArray(name, members, canaries, _written_key(self._declared.rows, key), self)
            facts = map(Facts, names, params, [inputs.get("outputs") for inputs in own])
            self._jobs = [ArrayJob(self._array, *one) for one in zip(self.keys, facts)]
        else:
            self._jobs = self._each(names, params, own, key, canary)
        # For whoever reads the stack without the program, like `pulumi-skaha manifest`; an array has them itself.
        self.register_outputs({} if array else {"parameters": dict(zip(names, params))})

    def _each(
        self,
        names: Sequence[str],
        params: Sequence[Mapping[str, Any]],
        inputs: Sequence[Mapping[str, Any]],
        key: Optional[KeyChoice],
        canary: int,
    ) -> list[OneJob]:
        """Each job as a resource."""
        jobs: list[OneJob] = []
        taken = set(self.keys)
        for index, (name, own) in enumerate(zip(names, inputs)):
            old = [one for one in other_keys(self.rows[index], key) if one not in taken]
            aliases = [pulumi.Alias(name=f"{self._declared.name}/{one}") for one in old]
            opts = pulumi.ResourceOptions(parent=self, aliases=aliases)
            job = HeadlessSession.__new__(HeadlessSession)
            register(job, name, {**own, "canary": jobs[:canary]} if index >= canary > 0 else own, opts, params[index])
            jobs.append(job)
        return jobs

    @property
    def jobs(self) -> Sequence[OneJob]:
        """The jobs, in the order of ``over``; with ``array`` each has the outputs of a HeadlessSession and is none."""
        return self._jobs

    @property
    def rows(self) -> list[Row]:
        """The parameters of each job."""
        return self._declared.rows

    @property
    def keys(self) -> list[str]:
        """The name of each job within the sweep."""
        return self._declared.keys

    def job(self, params: Union[Mapping[str, Any], str, None] = None, /, **more: Any) -> OneJob:
        """The job of a set of parameters, ``study.job(method="ls", band=2)``, or of a key. Raises KeyError."""
        return self.jobs[self._declared.place_of(params, **more)]

    @property
    def summary(self) -> pulumi.Output[Mapping[str, Any]]:
        """How many jobs have each status, and what they ask for."""
        if self._array is not None:
            return self._array.states().apply(lambda states: summary_of([states.get(key, {}) for key in self.keys]))
        facts = [{"status": job.status, "cores": job.cores, "ram": job.ram} for job in self.jobs]
        return pulumi.Output.all(*facts).apply(summary_of)


def _refuse(where: str, canary: Any, max_in_flight: Any, fault: Optional[str]) -> None:
    if not isinstance(canary, int) or canary < 0:
        raise ValueError(f"{where}: `canary` is {canary}, and has to be a number of jobs")
    if max_in_flight is not None and (not isinstance(max_in_flight, int) or max_in_flight < 1):
        raise ValueError(f"{where}: `max_in_flight` is {max_in_flight}, and has to be a whole number from 1 on")
    if fault is not None:
        raise ValueError(f"{where}: {fault}")


def _expanded(
    declared: FleetSweep,
    key: Optional[KeyChoice],
    params_in_env: Union[bool, Sequence[str]],
    replica_env: bool,
    where: str,
) -> list[dict[str, Any]]:
    """The inputs of each job, with the variables that the sweep gives it."""
    rows = declared.rows
    variables = variables_of(rows, params_in_env, where)
    counts = counted(rows, key, where) if replica_env else None
    everything = []
    for index, props in enumerate(declared.inputs):
        if "image" not in props:
            raise ValueError(f"{where}, {declared.keys[index]}: has no `image`; give it for the sweep or for the job")
        env = {**declared.shared.get("env", {}), **variables[index]}
        if counts is not None:
            env["REPLICA_ID"] = str(rows[index]["replica"])
        env = {**env, **declared.own(index).get("env", {})}
        own = in_order({**props, **({"env": env} if env else {})}, declared.shared, declared.own(index))
        if counts is not None and "REPLICA_COUNT" not in env:
            own["untrackedEnv"] = {"REPLICA_COUNT": str(counts[index])}
        everything.append(own)
    return everything


def _written_key(rows: Sequence[Row], choice: Optional[KeyChoice]) -> Optional[Sequence[str]]:
    """Of a table's rows: the columns that make their keys."""
    first = rows[0]
    return None if callable(choice) or first.key_columns is None else key_names(first, choice)
