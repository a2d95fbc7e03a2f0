"""A job's outputs, made as soon as they are asked for."""

from __future__ import annotations

from typing import Any, Iterable, Mapping

import pulumi

from ._job_calls import JobCalls


class LateOutputs(dict[str, Any]):
    """The attributes of a job. Its outputs are among them, and can be listed, as those that the SDK makes: it lists them
    where a program exports the whole job.
    """

    __slots__ = ("_calls", "_job", "_literals", "_names")

    def __init__(
        self, job: pulumi.Resource, names: Iterable[str], literals: Mapping[str, Any], calls: JobCalls
    ) -> None:
        """
        :param names: what the provider calls them
        :param literals: the job's inputs that are known at once
        """
        super().__init__(job.__dict__)
        self._job = job
        self._names = names
        self._literals = literals
        self._calls = calls

    def __missing__(self, name: str) -> Any:
        if name not in self._literals and name not in self._names:
            raise KeyError(name)
        output = self[name] = self._calls.output(self._job, name, self._literals)
        return output

    def keys(self) -> Any:
        return dict.fromkeys((*super().keys(), *self._names, *self._literals)).keys()
