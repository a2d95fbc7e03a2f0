"""The settings of a provider. Written by `npm run docs` from the TypeScript source."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, Union

if TYPE_CHECKING:
    import pulumi

Setting = Union[str, int, float, "pulumi.Output[str]", "pulumi.Output[int]"]


class ProviderArgs(TypedDict, total=False):
    """Settings, which are those of a stack."""

    server_url: Setting
    """The Skaha API. It ends in the version: `/v1`, or `/v0` for servers before 2025. `http:` is only for
    this machine. Default: canfar's active server, else `https://ws-uv.canfar.net/skaha/v1`."""

    max_in_flight: Setting
    """How many of your headless sessions may be Pending or Running at a time because of an `up`. Default:
    no limit; `init` sets 20."""

    window: Setting
    """When jobs without their own `window` may be launched. Default: `always`."""

    price: Setting
    """What the sessions of jobs cost by what they reserve, such as `1 per core-hour, 1 per GiB-hour, 35
    per GPU-hour, 1 per session` (docs/cost.md). Default: none: costs are told in core-hours and the
    like only."""

    max_cost: Setting
    """What all jobs of the stack may cost together, in the units of `skaha:price`: no job is launched that
    is expected to go beyond (docs/cost.md). Default: no limit."""

    concurrency: Setting
    """Requests at a time. Default: 64."""

    record: Setting
    """The `record` of all jobs that have `cmd` or `script`. Default: none."""

    arc_url: Setting
    """Where `/arc` is served. Default: `/arc` on the Skaha server."""

    registry_auth: Setting
    """Who may pull private images: `username:secret`. Set it with `--secret`. Default: the registry in
    canfar's configuration."""

    token_command: Setting
    """A program that prints a token; no shell runs it. Set it with `--plaintext`. Default: none."""

    notify_command: Setting
    """A program that is run once when the fleet is done, fails beyond a limit or stops moving, with the
    message on its stdin (docs/notice.md); no shell runs it. Default: none."""

    notify_webhook: Setting
    """A URL that the same message is posted to, as JSON. Set it with `--secret`. Default: none."""

    notify_failed: Setting
    """A message is sent as soon as so many jobs of the stack have failed. Default: only for a sweep that
    its `stop_after` stops."""

    notify_quiet: Setting
    """A message is sent when no job has changed for so long, while some run or wait to: `30m`, `12h`,
    `2d`. Default: none."""

    token: Setting
    """A token, which is used last. Set it with `--secret`. Default: none."""


#: What a stack's configuration calls each, behind `skaha:`.
SETTING_NAMES = {
    "server_url": "serverUrl",
    "max_in_flight": "maxInFlight",
    "window": "window",
    "price": "price",
    "max_cost": "maxCost",
    "concurrency": "concurrency",
    "record": "record",
    "arc_url": "arcUrl",
    "registry_auth": "registryAuth",
    "token_command": "tokenCommand",
    "notify_command": "notifyCommand",
    "notify_webhook": "notifyWebhook",
    "notify_failed": "notifyFailed",
    "notify_quiet": "notifyQuiet",
    "token": "token",
}

#: Secret whatever a program says.
SECRET_SETTINGS = frozenset({"token", "registry_auth", "notify_webhook"})
