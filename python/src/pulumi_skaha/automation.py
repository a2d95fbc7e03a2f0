"""Stacks of a program in the same process, as of a notebook: Pulumi's Automation API with the plugin found for it.

Needs the package `pulumi`, the Pulumi CLI on the PATH, Node, and the npm package `pulumi-skaha`.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Callable, Optional

from pulumi import automation

from ._command import CommandError, Folder


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
    :param options: of the Automation API, such as ``env_vars``

    Raises CommandError where the plugin is missing.
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
    workspace = options or automation.LocalWorkspaceOptions()
    workspace.work_dir = str(place)
    return automation.create_or_select_stack(
        stack_name=stack, project_name=project, program=program, opts=workspace
    )
