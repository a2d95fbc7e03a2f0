"""A sweep of four methods and so many bands as BANDS says, an array of tiles, and a job that merges the tiles."""

import os

import pulumi
import pulumi_skaha as skaha
from pulumi_skaha.resources import HeadlessSession, Sweep

IMAGE = "images.canfar.net/skaha/terminal:1.1.2"
#: Of Gaia: no number of 64 bits holds it.
SOURCE = 4295806720038285001

bands = skaha.range(2, 2 + 2 * int(os.environ["BANDS"]), 2)
token = pulumi.Output.secret("hunter2")

study = Sweep(
    "study",
    skaha.grid(method=["ls", "bls", "pdm", "ce"], band=bands),
    image=IMAGE,
    cmd="sleep",
    cores=1,
    ram=1,
    params_in_env=True,
    job=lambda row: {"args": [600 + len(row["method"]), "{" + row["method"] + "}", SOURCE], "env": {"T": token}},
)
tiles = Sweep(
    "tiles",
    [{"tile": tile, "source": SOURCE + tile} for tile in range(int(os.environ["TILES"]))],
    key=["tile"],
    array=True,
    canary=1,
    max_in_flight=30,
    stop_after={"failed": 5},
    image=IMAGE,
    cmd="sleep 600",
    cores=1,
    ram=1,
    job=lambda row: {"args": [row["source"]], "env": {"T": token, "TILE": row["tile"]}},
)
HeadlessSession(
    "merge",
    image=IMAGE,
    cmd="cat {members}",
    members=True,
    record="/arc/home/alice/.jobs",
    after=[study.job(method="ls", band=2), tiles],
    env={"FIRST": tiles.job(tile=0).id},
)
pulumi.export("status", study.job(method="ls", band=2).status)
pulumi.export("summary", study.summary)
pulumi.export("tiles", tiles.summary)
