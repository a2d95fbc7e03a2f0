"""Many jobs from parameters as resources of a Pulumi program: one each, or one for all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterable, Mapping, Optional, Sequence, Union

import pulumi

from .._expand import counted, summary_of, variables_of
from .._fleet import PackArgs
from .._fleet_sweep import FleetSweep, JobFunction
from .._input_types import StopLimits
from .._inputs import SweepJobArgs
from .._inputs_of_jobs import in_order
from .._keys import KeyChoice, key_names, other_keys
from .._row import Row
from .._sweep_settings import sweep_settings
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
        where = f'Sweep "{name}"'
        told = sweep_settings(
            where,
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
        key, canary = told.key, told.canary
        settings = {"allowEmpty": told.allow_empty}
        self._declared = FleetSweep(name, over, job=told.job, key=key, settings=settings, shared=inputs)
        more = {
            "group": None if told.max_in_flight is None else {"name": name, "maxInFlight": told.max_in_flight},
            "stopAfter": None if told.stop_after is None else {"name": name, **told.stop_after},
            "pack": None if told.pack is None else {"name": name, **told.pack},
        }
        own = [
            {**inputs, **{one: value for one, value in more.items() if value is not None}}
            for inputs in _expanded(self._declared, key, told.params_in_env, told.replica_env, where)
        ]
        params = [{one: plain_scalar(value) for one, value in row.items()} for row in self._declared.rows]
        names = [f"{name}/{one}" for one in self.keys]
        super().__init__(_SWEEP_TYPE, name, {}, opts)
        self._array: Optional[SessionArray] = None
        self._jobs: Sequence[OneJob]
        if told.array and own:
            members = [Member(*one) for one in zip(self.keys, params, own)]
            canaries = self.keys[:canary] if canary < len(own) else []
            self._array = SessionArray(name, members, canaries, _written_key(self._declared.rows, key), self)
            facts = map(Facts, names, params, [inputs.get("outputs") for inputs in own])
            self._jobs = [ArrayJob(self._array, *one) for one in zip(self.keys, facts)]
        else:
            self._jobs = self._each(names, params, own, key, canary)
        # For whoever reads the stack without the program, like `pulumi-skaha manifest`; an array has them itself.
        self.register_outputs({} if told.array else {"parameters": dict(zip(names, params))})

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
