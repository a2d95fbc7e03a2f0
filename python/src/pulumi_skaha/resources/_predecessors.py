"""What a job waits for, as the native provider is told of it; and what the job that merges others is told of each."""

from __future__ import annotations

from typing import Any, Iterable, Mapping, NamedTuple, Optional, Sequence

import pulumi

from .._outputs import JobOutputs
from .._values import Value


class Facts(NamedTuple):
    """What a program knows of a job that its outputs do not say."""

    name: str
    params: Optional[Mapping[str, Value]] = None
    outputs: Optional[Sequence[Any]] = None


class OneJob(JobOutputs):
    """A job of the stack: a resource of its own, or one of an array."""

    #: Noted as it is declared.
    _facts: Facts

    def _named(self) -> pulumi.Output[str]:
        """Its name on the server, which a preview knows of what it would create, too."""
        raise NotImplementedError


class SeveralJobs:
    """What has jobs, all of which are meant where it is named."""

    @property
    def jobs(self) -> Sequence[OneJob]:
        """The jobs, in the order in which they are declared."""
        raise NotImplementedError


class Predecessor(NamedTuple):
    id: Any
    status: Any
    #: None of a session outside the stack.
    job: Optional[OneJob] = None

    def member(self) -> dict[str, Any]:
        """What a job that merges several is told of it."""
        if self.job is None:
            return {"id": self.id}
        name, params, outputs = self.job._facts
        known = {"name": name, "params": params, "outputs": outputs}
        return {
            **{key: value for key, value in known.items() if value is not None},
            "id": self.id,
            "status": self.status,
            "attempt": self.job.attempt,
            "record": self.job.recorded_in,
        }


def predecessors(given: Iterable[Any], what: str) -> list[Predecessor]:
    """:param what: the name of the input. Raises TypeError for what is none."""
    found: list[Predecessor] = []
    for one in given:
        if isinstance(one, SeveralJobs):
            found += map(_of_job, one.jobs)
        elif isinstance(one, OneJob):
            found.append(_of_job(one))
        elif isinstance(one, Mapping) and "sessionId" in one:
            outside = pulumi.Output.from_input(one["sessionId"]).apply(lambda id: f"session:{id}")
            found.append(Predecessor(outside, ""))
        else:
            raise TypeError(f"`{what}` has {one!r}: name a HeadlessSession, a Sweep or {{'sessionId': ...}}")
    return found


def _of_job(job: OneJob) -> Predecessor:
    return Predecessor(job._named(), job.status, job)


def apart(found: Sequence[Predecessor], what: str) -> dict[str, Any]:
    """Two inputs, because an unknown status inside one list would make the ids unknown too."""
    if not found:
        return {}
    return {what: [one.id for one in found], f"{what}Status": [one.status for one in found]}
