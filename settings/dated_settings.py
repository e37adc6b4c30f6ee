"""Reads the dated tables of settings: `valid_from, setting, value, source`, one line per setting and date.

What a value means, and which are sensible, belongs to the package that asks. Tables of another shape are read by
`dated_tables.py`.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from settings.dated_tables import Line, in_force, lines_and_problems, refuse

COLUMNS = ("valid_from", "setting", "value")
Parse = Callable[[str, str], Any]  # setting, text -> value; raises ValueError that says what is wrong


def read_settings(
    path: Path, names: Sequence[str], parse: Parse, *, as_of: date | str, off: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Setting -> the value of its latest line that is valid on `as_of`; of two lines of one date the later.

    names: all settings; a missing one is an error, not a default, but for those of `off`: what was not there when a
    region was written is off in it. Raises RegionError that lists every problem.
    """
    named: set[str] = set()  # also by a line whose value is wrong, which is told as that

    def read(valid_from: date, line: Line) -> tuple[str, Any]:
        setting = line["setting"]
        if setting not in names:
            raise ValueError(f"no setting '{setting}'; use one of {', '.join(names)}")
        if date.min < valid_from <= date.fromisoformat(str(as_of)):
            named.add(setting)
        return setting, parse(setting, line["value"].strip())

    lines, problems = lines_and_problems(path, COLUMNS, read)
    off = off or {}
    missing = [name for name in names if name not in named and name not in off]
    refuse(path, problems + [f"'{name}' has no value on {as_of}; add a line" for name in missing])
    return {**off, **dict(in_force(lines, lambda item: item[0], as_of=as_of).values())}
