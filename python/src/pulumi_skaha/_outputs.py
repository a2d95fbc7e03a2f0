"""The outputs of a job. Written by `npm run docs` from the TypeScript source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping, Optional, Sequence

if TYPE_CHECKING:
    import pulumi

#: What the provider calls them.
OUTPUT_NAMES = (
    "status",
    "reason",
    "heldBy",
    "cause",
    "exitCode",
    "signal",
    "missingOutputs",
    "usage",
    "recordedIn",
    "sessionId",
    "sessionName",
    "attempt",
    "attempts",
    "launchTime",
    "startTime",
    "endTime",
    "endSeenTime",
    "expiryTime",
    "logPath",
    "logTail",
    "events",
    "imageDigest",
    "gitCommit",
    "gitDirty",
    "server",
    "userId",
    "image",
    "cores",
    "ram",
    "gpus",
)


class JobOutputs:
    """What is known of a job."""

    def _output(self, name: str) -> Any:
        """By what the provider calls it."""
        return self.__dict__[name]

    @property
    def status(self) -> pulumi.Output[str]:
        """`Held`, `Pending`, `Running`, `Terminating`, `Completed`, `Failed` or `Lost`, as of the last `up` or
        refresh. An unknown word of the server is kept as it is."""
        found: pulumi.Output[str] = self._output("status")
        return found

    @property
    def reason(self) -> pulumi.Output[Optional[str]]:
        """Why the job is `Held`, in words."""
        found: pulumi.Output[Optional[str]] = self._output("reason")
        return found

    @property
    def held_by(self) -> pulumi.Output[Optional[str]]:
        """What holds it: `after`, `canary`, `stop_after`, `window`, `max_in_flight`, `max_cost`, `pack`, or
        `unclear` if its launch got no clear answer."""
        found: pulumi.Output[Optional[str]] = self._output("heldBy")
        return found

    @property
    def cause(self) -> pulumi.Output[Optional[str]]:
        """Why the job ended badly, if more is known than its status: `Deadline` if the server's own limit
        ended it; for a recorded job `ExitCode`, `Signal`, `OutOfMemory`, `Timeout`, `MissingOutputs`,
        `Killed` or `NotStarted`; `Preempted` where the cluster's events say it."""
        found: pulumi.Output[Optional[str]] = self._output("cause")
        return found

    @property
    def exit_code(self) -> pulumi.Output[Optional[int]]:
        """Of a recorded job: its exit code."""
        found: pulumi.Output[Optional[int]] = self._output("exitCode")
        return found

    @property
    def signal(self) -> pulumi.Output[Optional[str]]:
        """Of a recorded job: the signal that ended it."""
        found: pulumi.Output[Optional[str]] = self._output("signal")
        return found

    @property
    def missing_outputs(self) -> pulumi.Output[Optional[Sequence[str]]]:
        """Of a recorded job: the `outputs` that it did not write."""
        found: pulumi.Output[Optional[Sequence[str]]] = self._output("missingOutputs")
        return found

    @property
    def usage(self) -> pulumi.Output[Optional[Mapping[str, Any]]]:
        """Of a recorded job: the memory (GiB) and cores that it used."""
        found: pulumi.Output[Optional[Mapping[str, Any]]] = self._output("usage")
        return found

    @property
    def recorded_in(self) -> pulumi.Output[Optional[str]]:
        """Of a recorded job: the folder of this attempt's record, as jobs see it."""
        found: pulumi.Output[Optional[str]] = self._output("recordedIn")
        return found

    @property
    def session_id(self) -> pulumi.Output[Optional[str]]:
        """Skaha's id of the session that now stands for the job."""
        found: pulumi.Output[Optional[str]] = self._output("sessionId")
        return found

    @property
    def session_name(self) -> pulumi.Output[Optional[str]]:
        """That session's name: the job's `id`, from attempt 2 on with `-<attempt>`."""
        found: pulumi.Output[Optional[str]] = self._output("sessionName")
        return found

    @property
    def attempt(self) -> pulumi.Output[int]:
        """Which session it is, counted from 1."""
        found: pulumi.Output[int] = self._output("attempt")
        return found

    @property
    def attempts(self) -> pulumi.Output[Optional[Sequence[Mapping[str, Any]]]]:
        """The attempts before this one, oldest first."""
        found: pulumi.Output[Optional[Sequence[Mapping[str, Any]]]] = self._output("attempts")
        return found

    @property
    def launch_time(self) -> pulumi.Output[Optional[str]]:
        """When this attempt was launched; undefined if its session was found or adopted. ISO 8601."""
        found: pulumi.Output[Optional[str]] = self._output("launchTime")
        return found

    @property
    def start_time(self) -> pulumi.Output[Optional[str]]:
        """When the session started; undefined until then. ISO 8601."""
        found: pulumi.Output[Optional[str]] = self._output("startTime")
        return found

    @property
    def end_time(self) -> pulumi.Output[Optional[str]]:
        """Of a recorded job: when it ended. The server does not say that. ISO 8601."""
        found: pulumi.Output[Optional[str]] = self._output("endTime")
        return found

    @property
    def end_seen_time(self) -> pulumi.Output[Optional[str]]:
        """Of a job without a record: when its end was first seen. It ended then or earlier. ISO 8601."""
        found: pulumi.Output[Optional[str]] = self._output("endSeenTime")
        return found

    @property
    def expiry_time(self) -> pulumi.Output[Optional[str]]:
        """When the server ends the session if it has not ended by itself. ISO 8601."""
        found: pulumi.Output[Optional[str]] = self._output("expiryTime")
        return found

    @property
    def log_path(self) -> pulumi.Output[Optional[str]]:
        """With `logs`: where the log was saved, relative to the program's folder. Else of a recorded job:
        where it is under /arc."""
        found: pulumi.Output[Optional[str]] = self._output("logPath")
        return found

    @property
    def log_tail(self) -> pulumi.Output[Optional[str]]:
        """With `logs`, of a Failed job: the last lines of its log, at most 4 KB."""
        found: pulumi.Output[Optional[str]] = self._output("logTail")
        return found

    @property
    def events(self) -> pulumi.Output[Optional[str]]:
        """With `logs`, of a Failed job: its Kubernetes events, at most 4 KB."""
        found: pulumi.Output[Optional[str]] = self._output("events")
        return found

    @property
    def image_digest(self) -> pulumi.Output[Optional[str]]:
        """What the image's tag stood for at the launch, if the image is public."""
        found: pulumi.Output[Optional[str]] = self._output("imageDigest")
        return found

    @property
    def git_commit(self) -> pulumi.Output[Optional[str]]:
        """The commit of the program that launched the job."""
        found: pulumi.Output[Optional[str]] = self._output("gitCommit")
        return found

    @property
    def git_dirty(self) -> pulumi.Output[Optional[bool]]:
        """Whether there were uncommitted changes."""
        found: pulumi.Output[Optional[bool]] = self._output("gitDirty")
        return found

    @property
    def server(self) -> pulumi.Output[str]:
        """The Skaha API that the job was launched on."""
        found: pulumi.Output[str] = self._output("server")
        return found

    @property
    def user_id(self) -> pulumi.Output[Optional[str]]:
        """The user that launched it."""
        found: pulumi.Output[Optional[str]] = self._output("userId")
        return found

    @property
    def image(self) -> pulumi.Output[str]:
        """As declared."""
        found: pulumi.Output[str] = self._output("image")
        return found

    @property
    def cores(self) -> pulumi.Output[Optional[float]]:
        """As declared."""
        found: pulumi.Output[Optional[float]] = self._output("cores")
        return found

    @property
    def ram(self) -> pulumi.Output[Optional[float]]:
        """As declared."""
        found: pulumi.Output[Optional[float]] = self._output("ram")
        return found

    @property
    def gpus(self) -> pulumi.Output[Optional[float]]:
        """As declared."""
        found: pulumi.Output[Optional[float]] = self._output("gpus")
        return found
