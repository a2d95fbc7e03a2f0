"""How many jobs the engine is asked about at a time.

The SDK asks about all of them at once, each in a thread of its own that waits for the answer: 75 KB for each, and a
processor that goes from thread to thread. More than the provider's requests at a time make nothing faster.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any, Generator, Optional

import pulumi

#: Four times the default of `skaha:concurrency`.
_AT_A_TIME = 256

#: Options for which the SDK waits before it takes the properties of a resource, or not at all.
_AT_ONCE = {
    "aliases",
    "delete_before_replace",
    "depends_on",
    "ignore_changes",
    "parent",
    "protect",
    "provider",
    "providers",
    "retain_on_delete",
}


class Turns:
    """Of the jobs of one run."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._free = asyncio.Semaphore(_AT_A_TIME)

    async def wait(self, job: pulumi.Resource, parent: pulumi.Resource) -> None:
        """Until it is this job's. First for all that the SDK would wait for later on, which may need turns of other jobs."""
        await parent.urn.future()
        provider = job.get_provider(job.pulumi_resource_type)
        if provider is not None:
            await provider.urn.future()
            await provider.id.future()
        await self._free.acquire()

    def end(self) -> None:
        """From any thread."""
        with suppress(RuntimeError):  # the run is over, and nobody waits any more
            self._loop.call_soon_threadsafe(self._free.release)


class InTurn:
    """A text that is known as soon as it is a job's turn."""

    def __init__(self, text: str, turns: Turns, job: pulumi.Resource, parent: pulumi.Resource) -> None:
        self._text = text
        self._turns = turns
        self._job = job
        self._parent = parent

    def __await__(self) -> Generator[Any, None, str]:
        yield from self._turns.wait(self._job, self._parent).__await__()
        return self._text


def can_wait(opts: Optional[pulumi.ResourceOptions]) -> bool:
    """Whether a job whose properties are all known is asked about as soon as it is its turn. Else it might keep a turn while it
    waits for a job that has none.
    """
    if opts is None:
        return True
    given = {name for name, value in vars(opts).items() if value is not None}
    return given <= _AT_ONCE and all(map(_is_literal, opts.aliases or ()))


def _is_literal(alias: Any) -> bool:
    if isinstance(alias, pulumi.Alias):
        return not any(isinstance(value, (pulumi.Output, pulumi.Resource)) for value in vars(alias).values())
    return isinstance(alias, str)
