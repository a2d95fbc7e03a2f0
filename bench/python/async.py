"""async.py SCENARIO: what one writes with canfar's `AsyncSession`: all at once, in its default concurrency."""

import asyncio
import os
import sys

from canfar.sessions import AsyncSession


async def launch(session, jobs):
    created = await asyncio.gather(
        *(
            session.create(
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
            for index in range(jobs)
        )
    )
    assert all(len(ids) == 1 for ids in created), "not all were launched"


async def cancel(session, jobs):
    ids = [one["id"] for one in await session.fetch(kind="headless")]
    assert len(ids) == jobs, f"{len(ids)} of {jobs} sessions are there"
    assert all((await session.destroy(ids)).values())


async def main(scenario, jobs):
    async with AsyncSession() as session:
        if scenario == "refresh":
            assert len(await session.fetch(kind="headless")) == jobs
        if scenario in ("destroy", "replace all"):
            await cancel(session, jobs)
        if scenario in ("up", "replace all"):
            await launch(session, jobs)


asyncio.run(main(sys.argv[1], int(os.environ["BENCH_JOBS"])))
