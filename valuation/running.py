"""The people who look after what runs: person-days a year, from `region/costs/running.csv`, accrued day by day.

Reading the table and the lines it makes belong here; one-off people cost is `people.py`. Without the table there is no
running cost.
"""

import csv
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from itertools import groupby
from pathlib import Path

from settings.errors import RegionError
from valuation.entries import CostEntry, priced
from valuation.rates import Rate, rate_on

COLUMNS = ("valid_from", "dataset", "person_days_a_year", "source")
EVERY = "*"  # each data set without a figure of its own
PLATFORM = "platform/running"  # bears what no single data set causes
RUNNING = "running"
DAYS_PER_YEAR = Decimal("365.25")


@dataclass(frozen=True)
class RunningDays:
    """Person-days a year from `valid_from` on: of one data set, of each (`*`), or of the platform (``)."""

    valid_from: date
    dataset: str
    days_a_year: Decimal
    source: str


def read_running(folder: Path, *, datasets: Collection[str]) -> list[RunningDays]:
    """All lines of `running.csv` in `folder`, by date; [] where there is no such file.

    Raises RegionError that lists every wrong line.
    """
    path = folder / "running.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        lines = list(enumerate(reader, start=2))
    problems = [f"column '{name}' is missing; the columns are {', '.join(COLUMNS)}" for name in missing]
    read = [] if missing else [item for number, line in lines if (item := _read(number, line, datasets, problems))]
    if problems:
        raise RegionError(
            f"{len(problems)} problem(s) in costs/running.csv", [f"costs/running.csv: {item}" for item in problems]
        )
    return sorted(read, key=lambda item: item.valid_from)


def days_a_year(lines: Sequence[RunningDays], dataset: str, on: date) -> Decimal:
    """Person-days a year that `dataset` ('' is the platform) takes on that day; 0 where nothing is said."""
    names = (dataset, EVERY) if dataset else ("",)
    for name in names:
        found = [item.days_a_year for item in lines if item.dataset == name and item.valid_from <= on]
        if found:
            return found[-1]
    return Decimal(0)


def running_entries(
    lines: Sequence[RunningDays],
    rates: Sequence[Rate],
    *,
    datasets: Collection[str],
    as_of: date | str,
    accrued_to: Mapping[str, date],
    account: str = "region",
) -> list[CostEntry]:
    """What was run from the day after `accrued_to` (asset key -> last day in the ledger) to `as_of`, both included.

    An asset that was never charged starts on `as_of`. A replay of a day that is in the ledger adds nothing. Days of
    different figures or prices are lines of their own. rates: every dated price, `rates.all_rates`.
    """
    until = date.fromisoformat(str(as_of))
    entries = []
    for dataset in ("", *sorted(datasets)):
        asset_key = f"raw/{dataset}" if dataset else PLATFORM
        last = accrued_to.get(asset_key, until - timedelta(days=1))
        days = [last + timedelta(days=number) for number in range(1, (until - last).days + 1)]
        for (yearly, rate), alike in groupby(
            days, key=lambda day: (days_a_year(lines, dataset, day), rate_on(rates, "people", day))
        ):
            span = list(alike)
            if not yearly or rate is None:
                continue
            entries.append(
                priced(
                    rate,
                    yearly * len(span) / DAYS_PER_YEAR,
                    resource=RUNNING,
                    run_id=f"{RUNNING}:{span[-1]}",
                    asset_key=asset_key,
                    period=(_midnight(span[0]), _midnight(span[-1] + timedelta(days=1))),
                    category="Purchase",
                    account=account,
                )
            )
    return entries


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min)


def _read(number: int, line: Mapping[str, str], datasets: Collection[str], problems: list[str]) -> RunningDays | None:
    found = list(_wrong(number, line, datasets))
    problems.extend(found)
    if found:
        return None
    return RunningDays(
        date.fromisoformat(line["valid_from"]), line["dataset"], Decimal(line["person_days_a_year"]), line["source"]
    )


def _wrong(number: int, line: Mapping[str, str], datasets: Collection[str]) -> Iterator[str]:
    if line["dataset"] not in {"", EVERY, *datasets}:
        yield f"line {number}: no contract names that data set; leave it empty for the platform, or write * for each"
    if not line["source"]:
        yield f"line {number}: source is empty; say where the figure comes from"
    try:
        is_number = 0 <= Decimal(line["person_days_a_year"]) < Decimal("Infinity")
    except InvalidOperation:
        is_number = False
    if not is_number:
        yield f"line {number}: person_days_a_year is not a number of days, such as 2.5"
    try:
        date.fromisoformat(line["valid_from"])
    except ValueError:
        yield f"line {number}: valid_from is not a date; write it as 2025-04-01"
