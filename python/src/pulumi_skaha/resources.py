"""Jobs and sweeps as resources of a Pulumi program in Python, through the native provider (docs/doors.md).

It needs the package `pulumi` (`pip install "pulumi-skaha[pulumi]"`) and the plugin of the npm package `pulumi-skaha`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterable, Mapping, Optional, Sequence, Union

try:
    import pulumi
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        'resources need the package pulumi: pip install "pulumi-skaha[pulumi]", or pip install pulumi'
    ) from error

from ._expand import counted, summary_of, variables_of
from ._fleet_sweep import FleetSweep, JobFunction
from ._input_types import StopLimits
from ._inputs import JobArgs, SweepJobArgs
from ._inputs_of_jobs import inputs_of, limits_of
from ._keys import KeyChoice
from ._outputs import OUTPUT_NAMES, JobOutputs
from ._row import Row
from ._values import would_lose_digits

if TYPE_CHECKING:
    from typing_extensions import Unpack

_SESSION_TYPE = "skaha:index:HeadlessSession"
#: The same resource as programs in TypeScript have it by default: a stack of theirs goes on.
_DYNAMIC_TYPE = "pulumi-nodejs:dynamic/skaha:HeadlessSession"
_SWEEP_TYPE = "skaha:index:Sweep"


class HeadlessSession(JobOutputs, pulumi.CustomResource):
    """A headless (batch) session: launched once by ``pulumi up``, which does not wait for its end, and cancelled when
    it is removed from the program. Its ``id`` is the job's name on the server.
    """

    def __init__(
        self,
        name: str,
        /,
        opts: Optional[pulumi.ResourceOptions] = None,
        **inputs: Unpack[JobArgs],
    ) -> None:
        """
        :param name: unique in the stack; the job is found again by it and by what it runs
        :param inputs: values, or outputs of other resources

        Raises TypeError for an input that there is not, ValueError for a value that none can be.
        """
        props = inputs_of(inputs, f'HeadlessSession "{name}"', is_sweep=False)
        _register(self, name, props, opts)


def _register(job: HeadlessSession, name: str, props: Mapping[str, Any], opts: Any) -> None:
    after = _predecessors(props.get("after", []))
    canary = _predecessors(props.get("canary", []))
    own: dict[str, Any] = {key: value for key, value in props.items() if key not in ("after", "canary")}
    if "registryAuth" in own:
        own["registryAuth"] = pulumi.Output.secret(own["registryAuth"])
    if after:
        own["after"], own["afterStatus"] = _apart(after)
    if canary:
        own["canary"], own["canaryStatus"] = _apart(canary)
    organization = pulumi.get_organization()
    if organization != "organization":
        own["organization"] = organization
    fixed = pulumi.ResourceOptions(
        # With --replace the new session must not be launched while the old one, of the same name, is still there.
        delete_before_replace=True,
        aliases=[pulumi.Alias(type_=_DYNAMIC_TYPE)],
    )
    outputs = dict.fromkeys((*OUTPUT_NAMES, "jobName"))
    pulumi.CustomResource.__init__(
        job, _SESSION_TYPE, name, {**outputs, **own}, pulumi.ResourceOptions.merge(opts, fixed)
    )


def _predecessors(given: Iterable[Any]) -> list[tuple[Any, Any]]:
    """The id and the status of each."""
    found: list[tuple[Any, Any]] = []
    for one in given:
        if isinstance(one, Sweep):
            found += [(job.id, job.status) for job in one.jobs]
        elif isinstance(one, HeadlessSession):
            found.append((one.id, one.status))
        elif isinstance(one, Mapping) and "sessionId" in one:
            outside = pulumi.Output.from_input(one["sessionId"]).apply(lambda id: f"session:{id}")
            found.append((outside, ""))
        else:
            raise TypeError(f"`after` has {one!r}: name a HeadlessSession, a Sweep or {{'sessionId': ...}}")
    return found


def _apart(predecessors: Sequence[tuple[Any, Any]]) -> tuple[list[Any], list[Any]]:
    """Two inputs, because an unknown status inside one list would make the ids unknown too."""
    return [id for id, _ in predecessors], [status for _, status in predecessors]


class Sweep(pulumi.ComponentResource):
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
        rows = self._declared.rows
        where = f'Sweep "{name}"'
        variables = variables_of(rows, params_in_env, where)
        counts = counted(rows, key, where) if replica_env else None
        limits = limits_of(stop_after, where)
        super().__init__(_SWEEP_TYPE, name, {}, opts)
        #: The jobs, in the order of ``over``.
        self.jobs: list[HeadlessSession] = []
        for index, props in enumerate(self._declared.inputs):
            if "image" not in props:
                raise ValueError(f"{where}, {self.keys[index]}: has no `image`; give it for the sweep or for the job")
            env = {**self._declared.shared.get("env", {}), **variables[index]}
            own = {**props}
            if counts is not None:
                env["REPLICA_ID"] = str(rows[index]["replica"])
            env = {**env, **self._declared.own_env(index)}
            if env:
                own["env"] = env
            if counts is not None and "REPLICA_COUNT" not in env:
                own["untrackedEnv"] = {"REPLICA_COUNT": str(counts[index])}
            if max_in_flight is not None:
                own["group"] = {"name": name, "maxInFlight": max_in_flight}
            if limits is not None:
                own["stopAfter"] = {"name": name, **limits}
            if index >= canary > 0:
                own["canary"] = self.jobs[:canary]
            one = HeadlessSession.__new__(HeadlessSession)
            _register(one, f"{name}/{self.keys[index]}", own, pulumi.ResourceOptions(parent=self))
            self.jobs.append(one)
        names = [f"{name}/{key}" for key in self.keys]
        # For whoever reads the stack without the program, like `pulumi-skaha manifest`.
        self.register_outputs({"parameters": {name: _plain(row) for name, row in zip(names, rows)}})

    @property
    def rows(self) -> list[Row]:
        """The parameters of each job."""
        return self._declared.rows

    @property
    def keys(self) -> list[str]:
        """The name of each job within the sweep."""
        return self._declared.keys

    def job(self, params: Union[Mapping[str, Any], str, None] = None, /, **more: Any) -> HeadlessSession:
        """The job of a set of parameters, ``study.job(method="ls", band=2)``, or of a key. Raises KeyError."""
        return self.jobs[self._declared.place_of(params, **more)]

    @property
    def summary(self) -> pulumi.Output[Mapping[str, Any]]:
        """How many jobs have each status, and what they ask for."""
        facts = [{"status": job.status, "cores": job.cores, "ram": job.ram} for job in self.jobs]
        return pulumi.Output.all(*facts).apply(summary_of)


def _plain(row: Row) -> dict[str, Any]:
    """As state holds it: of an integer that a number does not surely hold its digits."""
    return {name: str(value) if would_lose_digits(value) else value for name, value in row.items()}
