"""The jobs of the bench in Python: `fleet.py up|refresh|destroy`. The same as in jobs.js."""

import os
import sys

from pulumi_skaha.automation import inline_stack
from pulumi_skaha.resources import HeadlessSession


def program() -> None:
    edition = os.environ.get("BENCH_EDITION", "1")
    for index in range(int(os.environ["BENCH_JOBS"])):
        HeadlessSession(
            f"band-{index:04}",
            image="images.canfar.net/skaha/astroml:24.07",
            cmd="python",
            args=[
                "/arc/projects/survey/search.py",
                f"--band={index}",
                f"--edition={edition}",
                f"--out=/arc/projects/survey/results/{edition}/{index}.fits",
            ],
            env={"PROCESSING_THREADS": "2", "SURVEY": "deep"},
            cores=2,
            ram=8,
        )


stack = inline_stack("bench", "bench", program)
getattr(stack, sys.argv[1])()
