"""Why an attempt ended badly. Written by `npm run docs` from the TypeScript source."""

from __future__ import annotations

from typing import Literal

RetryCause = Literal[
    "Failed",
    "Lost",
    "Deadline",
    "OutOfMemory",
    "ExitCode",
    "Signal",
    "Timeout",
    "MissingOutputs",
    "Killed",
    "Preempted",
    "NotStarted",
]
