"""Stacks of a program in the same process, as of a notebook: Pulumi's Automation API with the plugin found for it.

Needs the package `pulumi`, the Pulumi CLI on the PATH, Node, and the npm package `pulumi-skaha`.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from pathlib import Path
from typing import Any, Callable, Mapping, Optional

try:
    from pulumi import automation
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        'stacks need the package pulumi: pip install "pulumi-skaha[pulumi]", or pip install pulumi'
    ) from error

from ._command import CommandError, Folder, output_of
from ._environment import engine_environment


def plugin_folder(folder: Folder = ".") -> Path:
    """Where the native provider is: `$PULUMI_SKAHA_PLUGIN`, or in node_modules of the folder or above it.

    Raises CommandError, which says what is missing.
    """
    given = os.environ.get("PULUMI_SKAHA_PLUGIN")
    place = Path(folder).resolve()
    places = [Path(given)] if given else [
        one / "node_modules" / "pulumi-skaha" / "plugin" for one in (place, *place.parents)
    ]
    for one in places:
        if (one / "pulumi-resource-skaha").is_file():
            return one.resolve()
    where = f"in PULUMI_SKAHA_PLUGIN, {given}" if given else f"in node_modules of {place} or above it"
    raise CommandError(
        f"there is no plugin {where}: install the npm package there, by `npm install @pulumi/pulumi pulumi-skaha` or"
        " from a clone as its README says, or name the plugin's folder in PULUMI_SKAHA_PLUGIN"
    )


_NAMES_PLUGIN = re.compile(r"""["']?name["']?\s*:\s*["']?skaha["']?\s*(?:[,}#\r\n]|$)""")


def inline_stack(
    stack: str,
    project: str,
    program: Callable[[], None],
    *,
    folder: Folder = ".",
    options: Optional[automation.LocalWorkspaceOptions] = None,
) -> automation.Stack:
    """The stack of a function that declares jobs, made where there is none yet.

    :param folder: where Pulumi.yaml is; it is written there, with the plugin, if it is missing
    :param options: of the Automation API, such as ``env_vars``. Settings of the engine that make stacks of many jobs fast are
        added, unless they are set there or in the environment

    Raises CommandError where the plugin is missing, or a Pulumi.yaml that is there does not name it.
    """
    place = Path(folder).resolve()
    plugin = plugin_folder(place)
    settings = place / "Pulumi.yaml"
    if not settings.exists():
        # JSON is YAML.
        text = {
            "name": project,
            "runtime": "python",
            "plugins": {"providers": [{"name": "skaha", "path": str(plugin)}]},
            "options": {"refresh": "always"},
        }
        settings.write_text(json.dumps(text, indent=2) + "\n", encoding="utf-8")
    elif not _NAMES_PLUGIN.search(settings.read_text(encoding="utf-8")) and shutil.which("pulumi-resource-skaha") is None:
        raise CommandError(
            f"{settings} does not name the plugin of these jobs; add to it:\n"
            f"plugins:\n  providers:\n    - name: skaha\n      path: {plugin}"
        )
    workspace = options or automation.LocalWorkspaceOptions()
    workspace.work_dir = str(place)
    given = workspace.env_vars or {}
    workspace.env_vars = {**given, **engine_environment({**os.environ, **given})}
    return automation.create_or_select_stack(
        stack_name=stack, project_name=project, program=program, opts=workspace
    )


_ENDED = ("Completed", "Failed", "Lost")
#: What time alone can clear, although none of the stack's own sessions lives.
_PASSING = ("window", "maxInFlight", "unclear", "pack")


def until_done(
    stack: automation.Stack,
    *,
    every: float = 60,
    timeout: Optional[float] = None,
    **up: Any,
) -> list[dict[str, Any]]:
    """Repeats ``stack.up(refresh=True)`` until no job is running and none is Held for a reason that can clear by itself.

    :param every: seconds between two of them
    :param timeout: seconds after which no further one is begun
    :param up: handed to each ``stack.up()``, such as ``on_output=print``

    Returns the manifest. Raises what ``up`` raises, and CommandError where the command is missing.
    """
    deadline = None if timeout is None else time.monotonic() + timeout
    while True:
        stack.up(**{"refresh": True, **up})
        is_over = deadline is not None and time.monotonic() + every > deadline
        if is_over or not any(map(_moves, _manifest(stack, "--offline"))):
            return _manifest(stack)
        time.sleep(every)


def _manifest(stack: automation.Stack, *words: str) -> list[dict[str, Any]]:
    text = output_of(
        ["manifest", "--json", "--stack", stack.name, *words], stack.workspace.work_dir, stack.workspace.env_vars
    )
    found: list[dict[str, Any]] = json.loads(text)["jobs"]
    return found


def _moves(job: Mapping[str, Any]) -> bool:
    """Whether a job will change by itself."""
    if job["status"] != "Held":
        return job["status"] not in _ENDED
    # Of a session outside the stack each refresh asks how it ended.
    is_outside = any(id.startswith("session:") for id in job.get("after", []))
    return job.get("heldBy") in _PASSING or (job.get("heldBy") == "after" and is_outside)
