"""A Prefect flow that fans out over observations: calibrate, then source_extract, each as a job on Skaha.

    python flow.py      in a folder on /arc, with raw/, calibrate.py and extract.py of ../pipeline

Each task is one job. A flow that is started anew, whatever became of the one before it, finds the jobs that are done
and those that run. A job that fails is launched again if its cause is one that may pass, with more memory where that helps.
"""
import concurrent.futures
import json
import os
import pathlib
import subprocess
import threading
import time

from prefect import flow, task
from prefect.task_runners import ThreadPoolTaskRunner

IMAGE = os.environ.get("SKAHA_IMAGE", "images.canfar.net/skaha/astroml:24.07")
JOBS_AT_A_TIME = 50
SECONDS_BETWEEN_LOOKS = 5

# Causes that may pass, and by what the memory is multiplied then. A program that runs out of memory may also end
# by itself, with a status. Of other causes, like MissingOutputs and NotStarted, a job is not launched again.
AGAIN = {"OutOfMemory": 2, "ExitCode": 2, "Killed": 1, "Preempted": 1, "Deadline": 1, "Lost": 1}


def skaha(*words: str) -> str:
    """What `pulumi-skaha submit` prints. What it says to people goes to this program's stderr."""
    command = ["pulumi-skaha", "submit", *words]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


class JobFailed(Exception):
    def __init__(self, name: str, cause: str | None):
        super().__init__(f"{name}: {cause or 'failed'}")
        self.cause = cause


class Watch:
    """Waits for jobs: one command asks for all of them, however many tasks wait."""

    def __init__(self) -> None:
        self._ends: dict[str, concurrent.futures.Future] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def end_of(self, job: str) -> dict:
        """The last word about a job: `status`, and where it failed `cause` and `exitCode`."""
        with self._lock:
            end = self._ends.setdefault(job, concurrent.futures.Future())
            if self._thread is None:
                self._thread = threading.Thread(target=self._look, daemon=True)
                self._thread.start()
        return end.result()

    def _look(self) -> None:
        while True:
            time.sleep(SECONDS_BETWEEN_LOOKS)
            with self._lock:
                jobs = list(self._ends)
            if not jobs:
                continue
            for told in json.loads(skaha("--status", "--json", *jobs)):
                if told["status"] != "running":
                    with self._lock:
                        self._ends.pop(told["id"]).set_result(told)


watch = Watch()
# By job: how much more memory its next attempt gets.
factors: dict[str, int] = {}


def is_worth_it(task, task_run, state) -> bool:
    error = state.result(raise_on_failure=False)
    return isinstance(error, JobFailed) and error.cause in AGAIN


@task(retries=2, retry_delay_seconds=1, retry_condition_fn=is_worth_it, task_run_name="{stage}/{obs}")
def job(stage: str, obs: str, *command: str, ram: int = 2, after=None) -> None:
    """One job. A Completed one is found and not launched again; a Failed one is launched as its next attempt."""
    name = f"{stage}/{obs}"
    memory = str(ram * factors.get(name, 1))
    size = ["--image", IMAGE, "--cores", "1", "--ram", memory, "--round-up"]
    end = watch.end_of(skaha(*size, "--name", name, "--rerun", "failed", "--", *command))
    if end["status"] == "failed":
        cause = end.get("cause")
        factors[name] = factors.get(name, 1) * AGAIN.get(cause, 1)
        raise JobFailed(name, cause)


@flow(task_runner=ThreadPoolTaskRunner(max_workers=JOBS_AT_A_TIME), log_prints=True)
def survey(folder: str) -> int:
    """How many observations are done. `folder` is the project, as the jobs see it."""
    observations = sorted(file.stem for file in pathlib.Path("raw").glob("*.txt"))

    def run(stage: str, program: str, source: str, target: str, after=None):
        # Jobs start in their user's home.
        words = [f"{folder}/{program}", f"{folder}/{source}", f"{folder}/{target}"]
        return job.submit(stage, obs, "python3", *words, after=after)

    lines = []
    for obs in observations:
        calibrated = run("calibrate", "calibrate.py", f"raw/{obs}.txt", f"calibrated/{obs}.txt")
        lines.append(
            run("source_extract", "extract.py", f"calibrated/{obs}.txt", f"lines/{obs}.json", after=calibrated)
        )
    for line in lines:
        line.result()
    print(f"{len(lines)} observations are done")
    return len(lines)


if __name__ == "__main__":
    survey(os.environ.get("SKAHA_FOLDER", os.getcwd()))
