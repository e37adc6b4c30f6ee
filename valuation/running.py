"""The people who look after what runs: person-days a year, from `region/costs/running.csv`, accrued day by day.

Reading the table and the lines it makes belong here; one-off people cost is `people.py`. Without the table there is no
running cost.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import groupby
from pathlib import Path

from settings.dated_tables import Line, is_amount, read_lines
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

    def read(valid_from: date, line: Line) -> RunningDays:
        if wrong := list(_wrong(line, datasets)):
            raise ValueError(*wrong)
        return RunningDays(valid_from, line["dataset"], Decimal(line["person_days_a_year"]), line["source"])

    return [days for _, days in read_lines(path, COLUMNS, read)] if path.exists() else []


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


def _wrong(line: Line, datasets: Collection[str]) -> Iterator[str]:
    if line["dataset"] not in {"", EVERY, *datasets}:
        yield "no contract names that data set; leave it empty for the platform, or write * for each"
    if not line["source"]:
        yield "source is empty; say where the figure comes from"
    if not is_amount(line["person_days_a_year"]):
        yield "person_days_a_year is not a number of days, such as 2.5"
