"""How the jobs of a project stand, for pandas and astropy; and runs until they are done."""

from __future__ import annotations

import io
import json
import re
import warnings
from typing import TYPE_CHECKING, Any, Mapping, Optional, Sequence

from ._command import Folder, output_of, run, stack_options
from ._values import plain, text_of

if TYPE_CHECKING:
    import pandas
    from astropy.table import Table


def _words(
    jobs: Sequence[str],
    where: Optional[Mapping[str, Any]],
    stack: Optional[str],
    offline: bool,
    record: Optional[str],
) -> list[str]:
    wanted = [word for name, value in (where or {}).items() for word in ("--where", f"{name}={text_of(plain(value))}")]
    return [
        *stack_options(stack),
        *wanted,
        *(["--offline"] if offline else []),
        *([] if record is None else ["--record", record]),
        *(["--", *jobs] if jobs else []),
    ]


def manifest(
    *jobs: str,
    folder: Folder = ".",
    where: Optional[Mapping[str, Any]] = None,
    stack: Optional[str] = None,
    offline: bool = False,
    record: Optional[str] = None,
) -> list[dict[str, Any]]:
    """Each job with its parameters and what became of it, as ``pulumi-skaha manifest --json`` prints it.

    :param jobs: only these: names, ids, sweeps, or patterns with ``*``
    :param folder: the project's
    :param where: only jobs of sweeps with these values of parameters
    :param stack: Default: the selected one
    :param offline: does not ask the server: as the last ``up`` left them
    :param record: the jobs that are recorded in this folder below /arc, in place of a stack's

    Raises CommandError with what the command says.
    """
    words = ["manifest", "--json", *_words(jobs, where, stack, offline, record)]
    found: list[dict[str, Any]] = json.loads(output_of(words, folder))["jobs"]
    return found


def manifest_frame(*jobs: str, **options: Any) -> pandas.DataFrame:
    """The same as a pandas DataFrame: a row for each job. Identifiers of 19 digits are ``Int64`` with all of them.

    Takes what :func:`manifest` takes.
    """
    import pandas

    text = _ecsv(jobs, options)
    header = [line for line in text.split("\n") if line.startswith("# ")]
    kinds = [_TYPE.search(line) for line in header]
    types = [kind[1] for kind in kinds if kind is not None]
    frame = pandas.read_csv(
        io.StringIO(text), skiprows=len(header), dtype=str, keep_default_na=False, na_values=[""]
    )
    for name, kind in zip(frame.columns, types):
        if kind == "bool":
            frame[name] = frame[name].map({"True": True, "False": False}).astype("boolean")
        elif kind != "string":
            frame[name] = frame[name].astype(_PANDAS_TYPES[kind])
    return frame


_TYPE = re.compile(r"^# - \{.*datatype: (\w+)\}$")
_PANDAS_TYPES = {"int64": "Int64", "uint64": "UInt64", "float64": "float64"}


def manifest_table(*jobs: str, **options: Any) -> Table:
    """The same as an astropy Table, with units. Takes what :func:`manifest` takes."""
    from astropy.table import Table

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of columns without a value
        return Table.read(_ecsv(jobs, options), format="ascii.ecsv")


def _ecsv(
    jobs: Sequence[str],
    options: Mapping[str, Any],
) -> str:
    given = {"folder": ".", "where": None, "stack": None, "offline": False, "record": None}
    unknown = [name for name in options if name not in given]
    if unknown:
        raise TypeError(f"there is no option {', '.join(unknown)}; there are {', '.join(given)}")
    folder, where, stack, offline, record = {**given, **options}.values()
    return output_of(["manifest", "--ecsv", *_words(jobs, where, stack, offline, record)], folder)


def until_done(
    folder: Folder = ".",
    *,
    every: Optional[str] = None,
    timeout: Optional[str] = None,
    stack: Optional[str] = None,
) -> list[dict[str, Any]]:
    """Repeats ``pulumi-skaha up`` until no job is running and none is Held for a reason that can clear by itself.

    It launches and cancels what the project says, without asking. Its output goes where this program's goes.

    :param every: time between two runs, as "5m". Default: a minute
    :param timeout: starts no run after this time, as "12h"

    Returns the manifest. Raises CommandError if a run fails: also if jobs failed.
    """
    words = ["up", "--until-done", "--yes", *stack_options(stack)]
    words += [] if every is None else ["--every", every]
    words += [] if timeout is None else ["--timeout", timeout]
    run(words, folder)
    return manifest(folder=folder, stack=stack)
