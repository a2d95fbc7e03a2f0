"""What the SDK and the engine tell each other about a job, made light.

For each property of a resource the SDK makes an output of five futures and a task, which it looks at again and again while
the program waits: of a thousand jobs that was most of the program's time and memory, and nearly all of it was for outputs
that nobody asked for. So what is known of a job at once goes by the SDK, straight into the request that it sends; and what
the engine answers is kept as it came, until somebody asks. Both happen in the run's own stub of gRPC. Where that is not as
expected, as in a unit test with mocks or a later SDK, jobs are declared in the SDK's plain way.
"""

from __future__ import annotations

import itertools
import sysconfig
from pathlib import Path
from typing import Any, Mapping, Optional
from urllib.request import url2pathname

import grpc
import pulumi
from google.protobuf import empty_pb2, struct_pb2

from ._turns import InTurn, Turns, can_wait

SESSION_TYPE = "skaha:index:HeadlessSession"
#: The same resource as programs in TypeScript have it by default: a stack of theirs goes on.
DYNAMIC_TYPE = "pulumi-nodejs:dynamic/skaha:HeadlessSession"

try:
    from pulumi.runtime import rpc, settings
    from pulumi.runtime.proto import alias_pb2, engine_pb2, resource_pb2

    _USED = {"object", "aliases", "propertyDependencies", "stackTrace"}
    _is_as_known = _USED <= set(resource_pb2.RegisterResourceRequest.DESCRIPTOR.fields_by_name)
except (AttributeError, ImportError):
    _is_as_known = False

#: The only property that the SDK is told of instead of those that are known. It never reaches the engine.
_MARK = "__literals"


def job_calls(opts: Optional[pulumi.ResourceOptions]) -> Optional[JobCalls]:
    """Those of this run. None if a job has to be declared in the SDK's plain way.

    :param opts: of the job. What transforms resources in the program itself has to see all properties.
    """
    if not _is_as_known:
        return None
    of_job = opts or pulumi.ResourceOptions()
    parent = of_job.parent or pulumi.runtime.get_root_resource()
    if of_job.transformations or parent is None or getattr(parent, "_transformations", True):
        return None
    monitor = settings.get_monitor()
    register = getattr(monitor, "RegisterResource", None)
    if isinstance(register, JobCalls):
        return register
    if not isinstance(register, grpc.UnaryUnaryMultiCallable):
        return None
    monitor.RegisterResource = calls = JobCalls(register)
    engine = settings.get_engine()
    if isinstance(getattr(engine, "Log", None), grpc.UnaryUnaryMultiCallable):
        engine.Log = _QuietLog(engine.Log)
    return calls


class JobCalls:
    """Stands where the SDK's call to register a resource does."""

    def __init__(self, register: grpc.UnaryUnaryMultiCallable) -> None:
        self._register = register
        self._literals: dict[str, Mapping[str, Any]] = {}
        self._answers: dict[str, _Answer] = {}
        self._count = itertools.count()
        self._turns = Turns()
        self._in_turn: set[str] = set()

    def told(
        self, job: pulumi.Resource, inputs: Mapping[str, Any], literals: Mapping[str, Any], opts: Optional[pulumi.ResourceOptions]
    ) -> dict[str, Any]:
        """What to tell the SDK instead of all inputs.

        :param inputs: by the engine's names
        :param literals: those of them that are known at once
        """
        token = str(next(self._count))
        self._literals[token] = literals
        later = {name: value for name, value in inputs.items() if name not in literals}
        parent = (opts.parent if opts is not None else None) or pulumi.runtime.get_root_resource()
        if later or parent is None or not can_wait(opts):
            return {**later, _MARK: token}
        self._in_turn.add(token)
        return {_MARK: InTurn(token, self._turns, job, parent)}

    def __call__(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Called in a thread of each job's own."""
        if _MARK not in request.object.fields:
            return self._register(request, *args, **kwargs)
        token = request.object.fields[_MARK].string_value
        try:
            _complete(request, self._literals.pop(token))
            response = self._register(request, *args, **kwargs)
            self._answers[response.urn] = _Answer(response)
            return response
        finally:
            if token in self._in_turn:
                self._in_turn.remove(token)
                self._turns.end()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._register, name)

    def output(self, job: pulumi.Resource, name: str, literals: Mapping[str, Any]) -> pulumi.Output[Any]:
        """
        :param name: what the provider calls it
        :param literals: what was noted of the job
        """
        return job.urn.apply(lambda urn: self._told(urn, name, literals))

    def _told(self, urn: str, name: str, literals: Mapping[str, Any]) -> Any:
        answer = self._answers.get(urn)
        told = {} if answer is None else answer.properties()
        if name in told:
            value = told[name]
            return pulumi.Output.secret(rpc.unwrap_rpc_secret(value)) if rpc.is_rpc_secret(value) else value
        # As the SDK has it: a preview does not tell all, and of a job that failed nothing is told.
        if answer is None or answer.is_failed or pulumi.runtime.is_dry_run():
            return pulumi.UNKNOWN
        if name in literals:
            return literals[name]
        return None if answer.is_all else pulumi.UNKNOWN


class _QuietLog:
    """Leaves out what the SDK says of each job for debugging: four messages, and it waits for an answer to each of them, which
    was three quarters of the program's own time.
    """

    _BEGINNING = "beginning rpc register resource"
    _LEFT_OUT = (
        f"registering resource: ty={SESSION_TYPE},",
        f"resource registration prepared: ty={SESSION_TYPE},",
        f"resource registration successful: ty={SESSION_TYPE},",
    )

    def __init__(self, log: grpc.UnaryUnaryMultiCallable) -> None:
        self._log = log

    def __call__(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if request.severity == engine_pb2.DEBUG and (
            request.message == self._BEGINNING or request.message.startswith(self._LEFT_OUT)
        ):
            return empty_pb2.Empty()
        return self._log(request, *args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)


class _Answer:
    """What the engine has told of a job. Read once, and only if an output is asked for."""

    def __init__(self, response: Any) -> None:
        self.is_failed = response.result != resource_pb2.Result.SUCCESS
        #: Whether what is not told is nothing. SDKs before 3.270 have no such field.
        self.is_all = not getattr(response, "unknown", False)
        self._text: Optional[bytes] = b"" if self.is_failed else response.object.SerializeToString()
        self._properties: Mapping[str, Any] = {}

    def properties(self) -> Mapping[str, Any]:
        if self._text is not None:
            self._properties = rpc.deserialize_properties(struct_pb2.Struct.FromString(self._text), True)
            self._text = None
        return self._properties


def _complete(request: Any, literals: Mapping[str, Any]) -> None:
    """What the SDK would have put into it."""
    for told in (request.object.fields, request.propertyDependencies):
        del told[_MARK]
    for name, value in literals.items():
        request.object[name] = value
        request.propertyDependencies[name].SetInParent()
    request.aliases.append(alias_pb2.Alias(spec=alias_pb2.Alias.Spec(type=DYNAMIC_TYPE, parentUrn="")))
    _leave_out_frames(request.stackTrace.frames)


_STANDARD = Path(sysconfig.get_path("stdlib"))
_OWN = Path(__file__).parent.parent


def _leave_out_frames(frames: Any) -> None:
    """The state keeps them with each job: with those of Python and the SDK they were more than half of it."""
    own = [frame for frame in frames if _is_of_user(frame.pc.uri)]
    if len(own) < len(frames):
        del frames[:]
        frames.extend(own)


def _is_of_user(uri: str) -> bool:
    if not uri.startswith("file:"):
        return False  # no file, as of a notebook's cell
    file = Path(url2pathname(uri[len("file://"):]))
    is_installed = not {"site-packages", "dist-packages"}.isdisjoint(file.parts)
    return not (is_installed or _OWN in file.parents or _STANDARD in file.parents)
