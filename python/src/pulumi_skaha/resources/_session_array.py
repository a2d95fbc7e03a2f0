"""All jobs of a sweep as one resource of a Pulumi program, for thousands of them; and each of them as a program sees it."""

from __future__ import annotations

from typing import Any, Mapping, NamedTuple, Optional, Sequence

import pulumi

from .._array_rows import DeclaredJob, declared_rows
from .._array_states import Ids, ids_of, read_states
from .._digest import json_text
from .._pages import paged, written_order
from .._values import Value
from ._predecessors import Facts, OneJob, apart, predecessors
from ._session import organization_of_stack, through_other_door
from ._wire import WireForm, is_literal, is_scalar

_ARRAY_TYPE = "skaha:index:SessionArray"
_DYNAMIC_TYPE = "pulumi-nodejs:dynamic/skaha:SessionArray"
_STATE = ("statuses", "version", "place", "fields", "commonState")


class Member(NamedTuple):
    """One job that an array is to have."""

    key: str
    params: Mapping[str, Value]
    #: By the names of fleet.yaml.
    inputs: Mapping[str, Any]


class SessionArray(pulumi.CustomResource):
    """The jobs of one sweep."""

    def __init__(
        self,
        sweep: str,
        members: Sequence[Member],
        canaries: Sequence[str],
        key: Optional[Sequence[str]],
        parent: pulumi.Resource,
    ) -> None:
        """
        :param members: at least one
        :param canaries: keys of the jobs that the others wait for
        :param key: the columns that make the keys of a table's rows

        Raises TypeError for inputs that jobs of one array cannot have apart.
        """
        wire = WireForm()
        declared = [_declared(member, wire) for member in members]
        columns, common, template, rows = declared_rows(declared)
        keys = [member.key for member in members]
        order = written_order(keys)
        inputs = {
            "columns": columns,
            "common": common,
            "template": template,
            "jobs": paged({key: _text_of(values) for key, values in zip(keys, rows)}),
            **({} if order is None else {"order": order}),
            **({"canary": list(canaries)} if canaries else {}),
            **({} if key is None else {"key": list(key)}),
            **_shared_by(sweep, members, wire),
            **organization_of_stack(),
        }
        opts = pulumi.ResourceOptions(
            parent=parent, aliases=through_other_door(None, _ARRAY_TYPE, _DYNAMIC_TYPE)
        )
        super().__init__(_ARRAY_TYPE, sweep, {**dict.fromkeys(_STATE), **inputs}, opts)
        self._sweep = sweep
        self._read: Optional[tuple[pulumi.Output[Any], pulumi.Output[Any]]] = None

    def states(self) -> pulumi.Output[dict[str, dict[str, Any]]]:
        """What the stack has of each job, by key; not known while a preview shows a change."""
        return self._outputs()[0]

    def ids(self) -> pulumi.Output[dict[str, Optional[str]]]:
        """Their names on the server, which a preview knows of what it would launch, too."""
        return self._outputs()[1]

    def _outputs(self) -> tuple[pulumi.Output[Any], pulumi.Output[Any]]:
        if self._read is None:
            names = ("jobs", "place", "version", "fields", "commonState")
            told = pulumi.Output.all(**{name: self.__dict__[name] for name in names})
            jobs = pulumi.Output.all(jobs=self.__dict__["jobs"], place=self.__dict__["place"])
            self._read = (
                told.apply(
                    # Left out of this run by `--target`, it has no version.
                    lambda table: read_states(table, Ids(table["place"], self._sweep)) if table["version"] else {}
                ),
                jobs.apply(lambda one: ids_of(one["jobs"] or {}, Ids(one["place"] or "", self._sweep))),
            )
        return self._read


class ArrayJob(OneJob):
    """One job of an array, with the outputs of a HeadlessSession."""

    def __init__(
        self, array: SessionArray, key: str, facts: Facts
    ) -> None:
        #: Its key in the sweep.
        self.key = key
        self._array = array
        self._facts = facts

    @property
    def id(self) -> pulumi.Output[str]:
        """The job's name on the server."""
        return self._named()

    def _named(self) -> pulumi.Output[str]:
        unknown = self._array.__dict__["version"]
        return self._array.ids().apply(lambda ids: ids.get(self.key) or unknown.apply(lambda _: ""))

    def _output(self, name: str) -> Any:
        return self._array.states().apply(lambda states: states.get(self.key, {}).get(name))


def _declared(member: Member, wire: WireForm) -> DeclaredJob:
    after = predecessors(member.inputs.get("after", []), "after")
    apart_from_words = ("after", "env", "registryAuth")
    words = {name: value for name, value in member.inputs.items() if name not in apart_from_words}
    literals, _ = _parted(member.inputs.get("env"))
    inputs = {**words, **({"env": literals} if literals else {}), **apart(after, "after")}
    return DeclaredJob(member.key, member.params, wire.of(inputs))


def _parted(env: Optional[Mapping[str, Any]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is known of a job's variables at once, and what is known later only."""
    literals: dict[str, Any] = {}
    later: dict[str, Any] = {}
    for name, value in (env or {}).items():
        (literals if is_scalar(value) else later)[name] = value
    return literals, later


def _shared_by(sweep: str, members: Sequence[Member], wire: WireForm) -> dict[str, Any]:
    """Credentials, which all jobs of an array share, and variables that are known later only."""
    auths = [wire.of(member.inputs.get("registryAuth")) for member in members]
    other = next((member for member, auth in zip(members, auths) if not _is_same(auth, auths[0])), None)
    if other is not None:
        raise TypeError(
            f'Sweep "{sweep}", {other.key}: with `array=True` all jobs share `registry_auth`; give it in the sweep, or'
            " leave `array` out"
        )
    auth = {} if auths[0] is None else {"registryAuth": pulumi.Output.secret(auths[0])}
    later = [wire.of(_parted(member.inputs.get("env"))[1]) for member in members]
    if all(_is_same(one, later[0]) for one in later):
        # The provider keeps those of them apart that are secret.
        return {**auth, **({"plainEnv": later[0]} if later[0] else {})}
    by_key = {member.key: env for member, env in zip(members, later) if env}
    return {
        **auth,
        "ownEnv": pulumi.Output.from_input(_of_secrecy(by_key, False)),
        "ownSecretEnv": pulumi.Output.secret(_of_secrecy(by_key, True)),
    }


def _is_same(one: Optional[Mapping[str, Any]], other: Optional[Mapping[str, Any]]) -> bool:
    if one is None or other is None:
        return one is other
    return one.keys() == other.keys() and all(
        value is other[name] or (isinstance(value, str) and isinstance(other[name], str) and value == other[name])
        for name, value in one.items()
    )


async def _of_secrecy(by_key: Mapping[str, Mapping[str, Any]], is_secret: bool) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, env in by_key.items():
        for name, value in env.items():
            if await pulumi.Output.from_input(value).is_secret() is is_secret:
                found.setdefault(key, {})[name] = value
    return found


def _text_of(values: Sequence[Any]) -> Any:
    """A row as the engine has it: a text at once, unless something in it is known later only."""
    if is_literal(values):
        return json_text(values)
    return pulumi.Output.from_input(values).apply(json_text)
