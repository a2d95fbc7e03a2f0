"""The inputs of a job. Written by `npm run docs` from the TypeScript source."""

from __future__ import annotations

from typing import Any, Literal, Mapping, Sequence, TypedDict, Union

from ._input_types import FromConfig, Input, JobGroup, OutputArgs, Predecessor, RegistryAuthArgs, RetryArgs, StopAfter, Word


class SweepJobArgs(TypedDict, total=False):
    """Inputs of a sweep's jobs."""

    image: Input[str]
    """The container image: registry, project, name and tag. Each job needs one."""

    cmd: Input[str]
    """The program: one word, or a command line. It is split into words as a shell does it, but no shell
    runs it. Default: the image's own entrypoint."""

    script: Input[str]
    """A bash script, instead of `cmd`; `args` are its `$1`, `$2`, ... The image needs bash."""

    args: Input[Sequence[Word]]
    """The arguments. The process gets each of them as one word, whatever it contains."""

    cwd: Input[str]
    """The folder where the command starts. Default: the folder of `files`; without them the server's
    choice: the user's home."""

    files: Input[Sequence[str]]
    """Files and folders of this machine that the job needs, relative to the project's folder. They are put
    on /arc before the launch, once for each content, and the command starts in the folder with them,
    which is `{files}` in `cmd`, `script`, `args`, `cwd` and `env`. The job runs again when a name or a
    content changes, and never for another reason. It needs a record."""

    env: Input[Mapping[str, Union[Word, FromConfig]]]
    """Environment variables. Secret values stay secret in state, and a change of one runs nothing again.
    `SKAHA_JOB_ID` and `SKAHA_ATTEMPT` are set for every job."""

    triggers: Input[Sequence[Any]]
    """Any values. The job runs again when one of them changes."""

    after: Sequence[Predecessor]
    """Jobs that have to be Completed before this one is launched; until then it is `Held`. If one of them
    runs again with other inputs, this one runs again too (a retry has no such effect)."""

    stale_after: Input[Literal["rerun", "keep"]]
    """With "keep", this job does not run again when a job of `after` runs again. Default: "rerun"."""

    cores: Input[Union[int, float]]
    """CPU cores. Default: the server's choice: it asks for 1 and uses up to 8 that are free."""

    ram: Input[Union[int, float]]
    """Memory in GiB. Default: the server's choice: it asks for 4 and uses up to 32 that are free."""

    gpus: Input[Union[int, float]]
    """GPUs. Default: 0."""

    window: Input[str]
    """When the job may be launched: hours and days on the wall clock of a time zone. It may be launched in
    any of them. Default: the stack's `skaha:window`, else "always"."""

    retry: Input[RetryArgs]
    """Launches a job that ended badly again, with the next `up`. Default: no retry."""

    resume_args: Input[Sequence[Word]]
    """Appended to `args` from the second attempt on."""

    record: Input[str]
    """A folder under /arc where the job's command, log, exit code, memory and CPU use are recorded, so
    that they outlive the server's hour; "none" turns the stack's `skaha:record` off. It needs `cmd` or
    `script`, and an image with `/bin/sh`. Default: the stack's `skaha:record`, else none."""

    outputs: Input[Sequence[Union[str, OutputArgs]]]
    """Files under /arc that the job has to write. If one is missing after exit status 0, the job is
    Failed. `{ path, count, minBytes, newerThanStart, check }` asks for more than that it is there."""

    skip_if_outputs: Input[bool]
    """If all `outputs` are there before the job starts, as they have to be, it runs nothing and is
    Completed. Default: false."""

    max_run_seconds: Input[Union[int, float]]
    """Seconds after which the command gets TERM, and KILL 30 s later. Default: none; the server ends a
    session after 14 days."""

    threads: Input[Union[int, float]]
    """How many threads numerical libraries use: sets OMP_NUM_THREADS, MKL_NUM_THREADS,
    OPENBLAS_NUM_THREADS, NUMEXPR_NUM_THREADS and JULIA_NUM_THREADS for the command, except those that
    `env` sets. Default: the server sets OMP_NUM_THREADS to `cores`, and to 1 where a job has no
    `cores`."""

    logs: Input[str]
    """A local folder, relative to that of the program or of fleet.yaml. The whole log is saved there as
    `<id>-<attempt>.log` by the first refresh that sees the job's end; the server forgets it an hour
    after the end."""

    renew: Input[bool]
    """Any refresh that finds less than a day left renews the session. Default: false."""

    registry_auth: Input[RegistryAuthArgs]
    """For a private image: who may pull it. It is always secret. Default: the stack's
    `skaha:registryAuth`."""

    adopt: Input[str]
    """The id of a session that was started by hand: the job takes it over instead of a launch."""

    name: Input[str]
    """The readable part of the job's name on the server: at most 44 characters of [a-z0-9-]. Default: the
    resource's name, brought into that alphabet."""

    on_remove: Input[Literal["cancel", "leave"]]
    """What happens to a session that still runs when its job is removed from the program. Default:
    "cancel"."""


class JobArgs(SweepJobArgs, total=False):
    """Inputs of a single job."""

    members: bool
    """Makes a job that merges what those of `after` have done: it gets them as a file, `{members}` in
    `cmd`, `script`, `args` and `env`, with a line of JSON each (name, id, attempt, status, params,
    outputs, record). It runs again when one of them came, left or ran anew, also by a retry. It needs a
    record. Default: false."""

    canary: Sequence[Predecessor]
    """Jobs that have to be Completed before this one is launched, but are no part of what it runs: if one
    of them runs again, this one does not. See `canary` of a sweep."""

    group: Input[JobGroup]
    """A limit that jobs share by its name: at most this many of them are Pending or Running at a time. The
    stack's `skaha:maxInFlight` counts as well. See `max_in_flight` of a sweep."""

    stop_after: Input[StopAfter]
    """Jobs that share the name are held, as soon as so many of them have failed for the same cause, or
    such a part of those that ended. See `stop_after` of a sweep."""

    untracked_env: Input[Mapping[str, Union[Word, FromConfig]]]
    """Variables that are not part of what runs: a change takes effect at the next launch, and causes none."""


#: What fleet.yaml and TypeScript call each.
INPUT_NAMES = {
    "image": "image",
    "cmd": "cmd",
    "script": "script",
    "args": "args",
    "cwd": "cwd",
    "files": "files",
    "env": "env",
    "triggers": "triggers",
    "after": "after",
    "members": "members",
    "stale_after": "staleAfter",
    "canary": "canary",
    "cores": "cores",
    "ram": "ram",
    "gpus": "gpus",
    "window": "window",
    "group": "group",
    "stop_after": "stopAfter",
    "retry": "retry",
    "resume_args": "resumeArgs",
    "record": "record",
    "outputs": "outputs",
    "skip_if_outputs": "skipIfOutputs",
    "max_run_seconds": "maxRunSeconds",
    "threads": "threads",
    "logs": "logs",
    "renew": "renew",
    "registry_auth": "registryAuth",
    "untracked_env": "untrackedEnv",
    "adopt": "adopt",
    "name": "name",
    "on_remove": "onRemove",
}

#: Whether it holds several values, and how. Of the others the preview says what is wrong.
INPUT_SHAPES = {
    "args": "list",
    "files": "list",
    "env": "map",
    "triggers": "list",
    "after": "list",
    "members": "flag",
    "canary": "list",
    "group": "map",
    "stop_after": "map",
    "retry": "map",
    "resume_args": "list",
    "outputs": "list",
    "skip_if_outputs": "flag",
    "renew": "flag",
    "registry_auth": "map",
    "untracked_env": "map",
}

#: What a sweep sets itself, so that only single jobs can be given it.
SET_BY_SWEEP = frozenset({"members", "canary", "group", "stop_after", "untracked_env"})
