"""One job as a resource of a Pulumi program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping, Optional, Union

import pulumi

from .._inputs import JobArgs
from .._inputs_of_jobs import inputs_of
from .._outputs import OUTPUT_NAMES
from .._values import Value
from ._job_calls import DYNAMIC_TYPE, SESSION_TYPE, job_calls
from ._late_outputs import LateOutputs
from ._predecessors import Facts, OneJob, apart, predecessors
from ._wire import WireForm, is_literal

if TYPE_CHECKING:
    from typing_extensions import Unpack

_OUTPUTS = (*OUTPUT_NAMES, "jobName")


class HeadlessSession(OneJob, pulumi.CustomResource):
    """A headless (batch) session: launched once by ``pulumi up``, which does not wait for its end, and cancelled when
    it is removed from the program. Its ``id`` is the job's name on the server.
    """

    def __init__(
        self,
        name: str,
        /,
        opts: Optional[pulumi.ResourceOptions] = None,
        **inputs: Unpack[JobArgs],
    ) -> None:
        """
        :param name: unique in the stack; the job is found again by it and by what it runs
        :param inputs: values, or outputs of other resources

        Raises TypeError for an input that there is not, ValueError for a value that none can be.
        """
        props = inputs_of(inputs, f'HeadlessSession "{name}"', is_sweep=False)
        if "image" not in props and (opts is None or opts.id is None):
            raise TypeError(f'HeadlessSession "{name}": has no `image`')
        register(self, name, props, opts)

    @staticmethod
    def get(
        name: str,
        id: Union[str, pulumi.Output[str]],
        opts: Optional[pulumi.ResourceOptions] = None,
    ) -> HeadlessSession:
        """A session that somebody else has started, to read what is known of it: it is never launched or cancelled.

        :param name: what this program calls it
        :param id: the server's id of the session
        """
        return HeadlessSession(name, pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=id)))

    def _named(self) -> pulumi.Output[str]:
        if not pulumi.runtime.is_dry_run():
            return self.id

        async def known() -> Any:
            return self.id if await self.id.is_known() else self.__dict__["jobName"]

        return pulumi.Output.from_input(known())


def register(
    job: HeadlessSession,
    name: str,
    props: Mapping[str, Any],
    opts: Optional[pulumi.ResourceOptions],
    params: Optional[Mapping[str, Value]] = None,
) -> None:
    """:param params: of a sweep's job"""
    job._facts = Facts(name, params, props.get("outputs"))
    if opts is not None and opts.id is not None:
        pulumi.CustomResource.__init__(job, SESSION_TYPE, name, dict.fromkeys(_OUTPUTS), opts)
        return
    after = predecessors(props.get("after", []), "after")
    canary = predecessors(props.get("canary", []), "canary")
    words = {key: value for key, value in props.items() if key not in ("after", "canary")}
    own: dict[str, Any] = WireForm().of(words)
    if "registryAuth" in own:
        own["registryAuth"] = pulumi.Output.secret(own["registryAuth"])
    if own.get("members") is True:
        own["memberList"] = [one.member() for one in after]
    inputs = {**own, **apart(after, "after"), **apart(canary, "canary"), **organization_of_stack()}
    aliases = through_other_door(opts, SESSION_TYPE, DYNAMIC_TYPE)
    calls = job_calls(opts)
    if calls is None:
        told = {**dict.fromkeys(_OUTPUTS), **inputs}
    else:
        literals = {key: value for key, value in inputs.items() if is_literal(value)}
        job.__dict__ = LateOutputs(job, _OUTPUTS, literals, calls)
        told = calls.told(job, inputs, literals, opts)
        aliases.pop()  # the job's own, which the calls add
    # With --replace the new session must not be launched while the old one, of the same name, is still there.
    fixed = pulumi.ResourceOptions(delete_before_replace=True, aliases=aliases)
    pulumi.CustomResource.__init__(
        job, SESSION_TYPE, name, told, fixed if opts is None else pulumi.ResourceOptions.merge(opts, fixed)
    )


def organization_of_stack() -> dict[str, Any]:
    """What the native provider cannot tell from a URN."""
    organization = pulumi.get_organization()
    return {} if organization == "organization" else {"organization": organization}


def through_other_door(
    opts: Optional[pulumi.ResourceOptions], native: str, dynamic: str
) -> list[Any]:
    """Each alias of a resource, and the resource itself, as it is through the dynamic door."""
    given = (opts.aliases if opts is not None else None) or []

    def other(alias: Any) -> Any:
        if isinstance(alias, str):
            return alias.replace(f"{native}::", f"{dynamic}::")
        # What was not given is `...` there.
        told = {name: value for name, value in vars(alias).items() if value is not ...}
        return pulumi.Alias(**{"type_": dynamic, **told})

    return [
        *(one.apply(other) if isinstance(one, pulumi.Output) else other(one) for one in given),
        pulumi.Alias(type_=dynamic),
    ]
