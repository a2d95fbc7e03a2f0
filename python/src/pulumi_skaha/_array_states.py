"""What the stack has of each job of an array: see `provider/array/stateTable.ts`. Pure."""

from __future__ import annotations

import json
import re
from typing import Any, Mapping, Optional

from ._digest import digest, json_text
from ._keys import without_accents
from ._pages import unpaged

_HASH_LENGTH = 8
_TAG_LENGTH = 6
_BASE_LENGTH = 44
#: Of the newest form that this release reads.
_VERSION = 2


class Ids:
    """The ids of a sweep's jobs, which state has without their beginning."""

    def __init__(self, place: str, sweep: str) -> None:
        """
        :param place: what the identities of its jobs begin with: all but the logical name
        """
        organization, _, urn = place.partition("/")
        stack, project, *_ = [*urn.split("::"), ""]
        self._tag = digest(json_text([organization, project, stack.replace("urn:pulumi:", "", 1)]), _TAG_LENGTH)
        self._sweep = sweep

    def whole(self, text: str, key: str) -> str:
        """:param text: an id, or the hash at its end"""
        return text if len(text) != _HASH_LENGTH else f"{_readable(f'{self._sweep}/{key}')}-{self._tag}{text}"


def _readable(logical_name: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", "-", without_accents(logical_name).lower())[:_BASE_LENGTH]
    return plain.strip("-") or "job"


def ids_of(jobs: Mapping[str, str], ids: Ids) -> dict[str, Optional[str]]:
    """The id of each job, from its row in inputs or in state; None where a preview does not know it yet."""
    return {key: _id_in(text, key, ids) for key, text in unpaged(jobs).items()}


def _id_in(text: str, key: str, ids: Ids) -> Optional[str]:
    if text.startswith("["):
        return ids.whole(str(json.loads(text)[0]), key)
    name = text.partition(" ")[0]
    return None if name == "?" else ids.whole(name, key)


def read_states(table: Mapping[str, Any], ids: Ids) -> dict[str, dict[str, Any]]:
    """The outputs of each job, and its id, by key. Raises ValueError for what a later release wrote."""
    if (table.get("version") or _VERSION) > _VERSION:
        raise ValueError(
            "this array's state was written by a later version of pulumi-skaha: install that one, and run again"
        )
    fields = table.get("fields") or []
    common = table.get("commonState") or {}
    return {
        key: _state_of(json.loads(text), key, fields, common, ids)
        for key, text in unpaged(table.get("jobs") or {}).items()
    }


def _state_of(
    values: list[Any], key: str, fields: list[str], common: Mapping[str, Any], ids: Ids
) -> dict[str, Any]:
    own = dict(zip(fields, values))
    more = values[len(fields)] if len(values) > len(fields) else {}
    state = {**common, **{name: value for name, value in own.items() if value is not None}, **more}
    state = {name: value for name, value in state.items() if value is not None}
    job_id = ids.whole(str(state["id"]), key)
    attempt = int(state.get("attempt", 1))
    root = state.pop("recordRoot", None)
    if root is not None:
        state["recordedIn"] = f"{root}/{job_id}/{attempt}"
    if "sessionId" in state and "sessionName" not in state:
        state["sessionName"] = job_id if attempt == 1 else f"{job_id}-{attempt}"
    elif "sessionId" not in state or state["sessionName"] == "":
        state.pop("sessionName", None)
    return {**state, "id": job_id}
