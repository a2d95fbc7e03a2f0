"""How the jobs of an array are declared: what they have in common once, and each job as a row of what tells it apart.

The same rows as `provider/array/rows/declaredRows.ts` makes, so that an array stays as it is in either language. Pure.
"""

from __future__ import annotations

import re
from typing import Any, Mapping, NamedTuple, Optional, Sequence

from ._digest import in_script_order
from ._templates import ABSENT, is_equal
from ._values import Value, text_of


class DeclaredJob(NamedTuple):
    key: str
    #: As state holds them.
    params: Mapping[str, Value]
    #: Its inputs. What is not known yet may be among them, as any instance; equal is then what is the same.
    inputs: Mapping[str, Any]


class DeclaredRows(NamedTuple):
    #: The parameters, in the order in which rows have their values.
    columns: list[str]
    #: Inputs that all jobs have alike.
    common: dict[str, Any]
    #: Inputs that differ in parts: `{"$": "band"}` stands for that parameter, `{"$": 0}` for a row's own first value.
    template: dict[str, Any]
    #: The values of each job, in order.
    rows: list[list[Any]]


#: Inputs whose parts are words of a command: a number and its digits are the same word.
_WORDY = ("args", "env", "untrackedEnv", "resumeArgs")


def declared_rows(jobs: Sequence[DeclaredJob]) -> DeclaredRows:
    """:param jobs: at least one"""
    columns = list(dict.fromkeys(name for job in jobs for name in in_script_order(job.params)))
    is_regular = all(len(job.params) == len(columns) for job in jobs)
    rows: list[list[Any]] = [
        [job.params[name] for name in columns] if is_regular else [job.params] for job in jobs
    ]
    finder = _Finder(jobs, columns, rows)
    common: dict[str, Any] = {}
    template: dict[str, Any] = {}
    for name in dict.fromkeys(name for job in jobs for name in job.inputs):
        values = [job.inputs.get(name, ABSENT) for job in jobs]
        if _are_alike(values):
            common[name] = values[0]
        else:
            template[name] = finder.template_of(values, name in _WORDY)
    return DeclaredRows(columns, common, template, rows)


class _Finder:
    def __init__(
        self, jobs: Sequence[DeclaredJob], columns: Sequence[str], rows: Sequence[list[Any]]
    ) -> None:
        self._rows = rows
        self._params = {name: [job.params.get(name, ABSENT) for job in jobs] for name in columns}
        self._own = 0

    def template_of(self, values: Sequence[Any], are_words: bool) -> Any:
        first = values[0]
        if _are_alike(values) and not _is_mistakable(first):
            return first
        if all(isinstance(one, (list, tuple)) and len(one) == len(first) for one in values):
            return [
                self.template_of([one[index] for one in values], are_words) for index in range(len(first))
            ]
        if all(isinstance(one, Mapping) and one.keys() == first.keys() for one in values) and "$" not in first:
            return {
                name: self.template_of([one[name] for one in values], are_words)
                for name in in_script_order(first)
            }
        found = self._of_param(values, are_words)
        return self._of_row(values, are_words) if found is None else found

    def _of_param(self, values: Sequence[Any], are_words: bool) -> Optional[dict[str, Any]]:
        for name, params in self._params.items():
            if all(value is not ABSENT and is_equal(value, param) for value, param in zip(values, params)):
                return {"$": name}
            around = _text_around(values, params) if are_words else None
            if around is not None:
                return {"$": name, **around}
        return None

    def _of_row(self, values: Sequence[Any], are_words: bool) -> dict[str, Any]:
        own, around = _without_common_text(values) if are_words else (values, {})
        for row, value in zip(self._rows, own):
            row.append(None if value is ABSENT else value)
        self._own += 1
        return {"$": self._own - 1, **around}


def _without_common_text(values: Sequence[Any]) -> tuple[Sequence[Any], dict[str, str]]:
    """What tells words apart, and what all of them begin and end with: up to a sign that parts words, so that another
    job of the kind changes no row but its own."""
    if len(values) < 2 or not all(isinstance(one, str) for one in values):
        return values, {}
    first = values[0]
    start = end = len(first)
    for word in values[1:]:
        shorter = min(len(first), len(word))
        start = _count(min(start, shorter), lambda at: first[at] == word[at])
        end = _count(min(end, shorter - start), lambda at: first[-1 - at] == word[-1 - at])
    before = re.match(r"(?s).*[/=:]", first[:start])
    after = re.search(r"(?s)[/.].*$", first[len(first) - end :])
    around = {
        **({} if before is None else {"before": before[0]}),
        **({} if after is None else {"after": after[0]}),
    }
    left = len(around.get("before", ""))
    right = len(around.get("after", ""))
    return [word[left : len(word) - right] for word in values], around


def _count(most: int, is_same: Any) -> int:
    """How many there are from 0 on of which it is true."""
    return next((at for at in range(most) if not is_same(at)), most)


def _text_around(words: Sequence[Any], params: Sequence[Any]) -> Optional[dict[str, str]]:
    """The same text before and after the parameter in every word, if that is so."""
    word, param = _word_of(words[0]), _word_of(params[0])
    at = word.find(param) if word is not None and param else -1
    if word is None or param is None or at < 0:
        return None
    before, after = word[:at], word[at + len(param) :]
    for one, other in zip(words, params):
        own = _word_of(other)
        if own is None or _word_of(one) != f"{before}{own}{after}":
            return None
    return {**({"before": before} if before else {}), **({"after": after} if after else {})}


def _word_of(value: Any) -> Optional[str]:
    return text_of(value) if isinstance(value, (str, bool, int, float)) else None


def _are_alike(values: Sequence[Any]) -> bool:
    return all(is_equal(one, values[0]) for one in values)


def _is_mistakable(value: Any) -> bool:
    """Whether a value would be taken for a place in a row."""
    if isinstance(value, (list, tuple)):
        return any(map(_is_mistakable, value))
    return isinstance(value, Mapping) and ("$" in value or any(map(_is_mistakable, value.values())))
