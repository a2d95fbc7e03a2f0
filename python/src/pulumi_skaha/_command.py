"""Finds and runs `pulumi-skaha`, the command of the npm package that the jobs are launched with."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Mapping, Optional, Sequence, Union

Folder = Union[str, "os.PathLike[str]"]


class CommandError(RuntimeError):
    """`pulumi-skaha` could not be run, or said that something is wrong."""


def find_command(folder: Folder = ".") -> str:
    """The command for a project: `$PULUMI_SKAHA_COMMAND`, its node_modules or those above it, or the one on the PATH.

    Raises CommandError, which says what is missing.
    """
    given = os.environ.get("PULUMI_SKAHA_COMMAND")
    if given:
        program = shutil.which(given)
        if program is None:
            raise CommandError(f"PULUMI_SKAHA_COMMAND is {given}, but there is no such program")
        return os.path.abspath(program)
    place = Path(folder).resolve()
    for one in (place, *place.parents):
        found = shutil.which("pulumi-skaha", path=str(one / "node_modules" / ".bin"))
        if found is not None:
            return _with_node(found)
    found = shutil.which("pulumi-skaha")
    if found is not None:
        return _with_node(found)
    raise CommandError(
        f"there is no pulumi-skaha in {place}: install it there, by `npm install @pulumi/pulumi pulumi-skaha` or from"
        " a clone as its README says, or name the program in PULUMI_SKAHA_COMMAND"
    )


def _with_node(command: str) -> str:
    if shutil.which("node") is None:
        raise CommandError(f"{command} needs Node.js, but there is no node on the PATH: install Node 22.19 or newer")
    return command


def output_of(words: Sequence[str], folder: Folder = ".", env: Optional[Mapping[str, str]] = None) -> str:
    """What the command prints. What it tells people goes to this program's own standard error.

    :param env: variables on top of this program's

    Raises CommandError with that text if it fails.
    """
    done = subprocess.run(
        [find_command(folder), *words],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, **(env or {})},
        check=False,
    )
    if done.returncode != 0:
        told = done.stderr.strip() or f"exit status {done.returncode}"
        raise CommandError(f"pulumi-skaha {words[0]}: {told}")
    return done.stdout


def run(words: Sequence[str], folder: Folder = ".") -> None:
    """Runs the command with its output where this program's is.

    Raises CommandError if it fails: with the last that it told, where no terminal has shown it.
    """
    is_shown = sys.stderr.isatty()
    last = ""
    with subprocess.Popen(
        [find_command(folder), *words],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stderr=None if is_shown else subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
    ) as running:
        for line in running.stderr or ():
            sys.stderr.write(line)
            sys.stderr.flush()
            last = line.strip() or last
        status = running.wait()
    if status != 0:
        told = f": {last}" if last else ""
        raise CommandError(f"pulumi-skaha {' '.join(words[:2])}: exit status {status}{told}")


def stack_options(stack: Optional[str]) -> list[str]:
    return [] if stack is None else ["--stack", stack]
