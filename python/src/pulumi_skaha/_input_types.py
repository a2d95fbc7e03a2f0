"""The types of what a job's inputs hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping, Protocol, Sequence, TypedDict, TypeVar, Union

from ._causes import RetryCause

if TYPE_CHECKING:
    import pulumi

_T = TypeVar("_T")
#: A value; or, of a resource of a Pulumi program, what is known later only.
Input = Union[_T, "pulumi.Output[Any]"]
#: A word of ``args``, or the value of a variable.
Word = Input[Union[str, int, float, bool]]


class FromConfig(TypedDict):
    """A key of the stack's configuration, whose value is a secret: see :func:`from_config`."""

    fromConfig: str


class SessionId(TypedDict):
    """Another headless session of the same user."""

    sessionId: Input[str]


class Named(Protocol):
    """A job or a sweep of the same fleet."""

    @property
    def name(self) -> str: ...


class Job(Protocol):
    """A job as a resource of the same Pulumi program."""

    @property
    def status(self) -> Any: ...


class Jobs(Protocol):
    """A sweep as a resource of the same Pulumi program."""

    @property
    def jobs(self) -> Sequence[Any]: ...


#: What has to be Completed before: a job, a sweep, the name of either, one job of a sweep, or a session.
Predecessor = Union[Named, Job, Jobs, str, SessionId]


class JobGroup(TypedDict):
    """A limit that jobs share by its name."""

    name: str
    max_in_flight: int


class StopLimits(TypedDict, total=False):
    """When no more jobs of a sweep are launched, because so many failed for the same cause. One of ``failed`` and
    ``share`` is enough."""

    failed: int
    """So many failed."""
    share: float
    """Such a part of those that ended, from 0 to 1."""
    at_least: int
    """With ``share``: how many have to have ended. Default: 10."""


class _Shared(TypedDict):
    name: str
    """Jobs of the same name count together."""


class StopAfter(_Shared, StopLimits):
    """The limits of jobs that share a name."""


class _Path(TypedDict):
    path: str
    """A file or folder under /arc. With ``*``, ``?`` or ``[...]`` in it, all that match."""


class OutputArgs(_Path, total=False):
    """What a job has to write, where it is not enough that a file is there."""

    count: int
    """How many there have to be, at least. Default: 1."""
    min_bytes: int
    """A smaller file does not count."""
    newer_than_start: bool
    """A file that was there before the attempt began does not count. It needs a record."""
    check: str
    """A command that a shell runs in the job's folder, with the files as ``"$@"``: any exit status but 0 says that they
    are not as they have to be."""


class _Limit(TypedDict):
    limit: Union[int, Mapping[str, int]]
    """How often the job is launched again at most: in all, or for each cause."""


class RetryArgs(_Limit, total=False):
    """Launches a job that ended badly again."""

    on: Sequence[RetryCause]
    """What is retried, where ``limit`` is one number. Default: ["Failed"]."""
    ram_factor: float
    """Each retry asks for this times the memory. Default: 1."""
    cores_factor: float
    """The same for cores. Default: 1."""


class RegistryAuthArgs(TypedDict):
    """Who may pull a private image. Write the secret as ``from_config("registrySecret")``."""

    username: Input[Union[str, FromConfig]]
    secret: Input[Union[str, FromConfig]]


def from_config(key: str) -> FromConfig:
    """The value of a key of the stack's configuration, set by ``pulumi config set --secret KEY``: a secret."""
    return {"fromConfig": key}
