"""plain.py SCENARIO: what one writes with canfar's `Session`, one request after the other."""

import os
import sys

from canfar.sessions import Session


def launch(session, jobs):
    for index in range(jobs):
        created = session.create(
            name=f"band-{index}",
            image="images.canfar.net/skaha/astroml:24.07",
            cores=2,
            ram=8,
            kind="headless",
            cmd="python",
            args=(
                f"/arc/projects/survey/search.py --band={index} --edition=1"
                f" --out=/arc/projects/survey/results/1/{index}.fits"
            ),
            env={"PROCESSING_THREADS": "2", "SURVEY": "deep"},
        )
        assert len(created) == 1, f"band-{index} was not launched"


def cancel(session, jobs):
    ids = [one["id"] for one in session.fetch(kind="headless")]
    assert len(ids) == jobs, f"{len(ids)} of {jobs} sessions are there"
    assert all(session.destroy(ids).values())


scenario, jobs = sys.argv[1], int(os.environ["BENCH_JOBS"])
with Session() as session:
    if scenario == "refresh":
        assert len(session.fetch(kind="headless")) == jobs
    if scenario in ("destroy", "replace all"):
        cancel(session, jobs)
    if scenario in ("up", "replace all"):
        launch(session, jobs)
