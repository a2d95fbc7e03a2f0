"""A Prefect flow that runs a fleet: each run is one `pulumi up`, which launches what may run by then.

    prefect server start
    python flow.py ~/fleet main      runs it every 15 minutes; `main` is the stack
"""
import collections
import json
import subprocess
import sys

from prefect import flow, task


@task(retries=3, retry_delay_seconds=60)  # an `up` that is run again launches nothing twice
def up(folder: str, stack: str) -> dict[str, int]:
    """How many jobs have each status."""

    def pulumi(*words: str) -> str:
        command = ["pulumi", *words, "--stack", stack, "--non-interactive"]
        return subprocess.run(command, cwd=folder, check=True, stdout=subprocess.PIPE, text=True).stdout

    print(pulumi("up", "--yes", "--skip-preview", "--color=never"))
    outputs = json.loads(pulumi("stack", "output", "--json"))
    counts = collections.Counter(outputs["jobs"].values())
    for sweep in outputs["sweeps"].values():
        counts.update(sweep["counts"])
    return dict(counts)


@flow(log_prints=True)
def fleet(folder: str, stack: str) -> dict[str, int]:
    counts = up(folder, stack)
    print(counts)
    return counts


if __name__ == "__main__":
    folder, stack = sys.argv[1:]
    parameters = {"folder": folder, "stack": stack}
    fleet.serve(name=stack, cron="*/15 * * * *", limit=1, parameters=parameters)
