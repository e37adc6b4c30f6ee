"""Reads the dated tables of settings: `valid_from, setting, value, source`, one line per setting and date.

What a value means, and which are sensible, belongs to the package that asks. Tables of another shape are read there.
"""

import csv
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from settings.errors import RegionError

Parse = Callable[[str, str], Any]  # setting, text -> value; raises ValueError that says what is wrong


def read_settings(path: Path, names: Sequence[str], parse: Parse, *, as_of: date | str) -> dict[str, Any]:
    """Setting -> the value of its latest line that is valid on `as_of`; of two lines of one date the later.

    names: all settings; a missing one is an error, not a default. Raises RegionError that lists every problem.
    """
    told = f"{path.parent.name}/{path.name}"
    if not path.exists():
        raise RegionError(f"{told} is missing", ["write it with valid_from, setting, value and source"])
    day = date.fromisoformat(str(as_of))
    problems: list[str] = []
    latest: dict[str, tuple[date, Any]] = {}
    named: set[str] = set()
    with path.open(encoding="utf-8-sig", newline="") as file:
        for line, row in enumerate(csv.DictReader(file), start=2):
            setting = row.get("setting") or ""
            try:
                if setting not in names:
                    raise ValueError(f"no setting '{setting}'; use one of {', '.join(names)}")
                valid_from = _date(row.get("valid_from") or "")
                if valid_from <= day:
                    named.add(setting)
                value = parse(setting, (row.get("value") or "").strip())
            except ValueError as error:
                problems.append(f"line {line}: {error}")
                continue
            if valid_from <= day and (setting not in latest or latest[setting][0] <= valid_from):
                latest[setting] = (valid_from, value)
    problems += [f"'{name}' has no value on {as_of}; add a line" for name in names if name not in named]
    if problems:
        raise RegionError(f"{len(problems)} problem(s) in {told}", [f"{told}: {item}" for item in problems])
    return {name: value for name, (_, value) in latest.items()}


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("valid_from is not a date like 2025-04-01") from None
