"""The report's tables as CSV and Parquet, for spreadsheets and Power BI, and the page that lists them.

Lists become text parted by semicolons, because a spreadsheet has no lists. No table of a tier is among them.
"""

from codecs import BOM_UTF8
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from settings import duck
from settings.duck import identifier, quoted
from valuation.report import words
from valuation.report.action_numbers import numbers_of
from valuation.report.facts import Facts
from valuation.report.parts import Cell, Grid, Page, link

FOLDER = "data"
GRAINS = {
    "action": "an action",
    "action_number": "a number of an action, with its source",
    "action_value": "an action and a baseline, or an action, a tier and a choice of data sets",
    "value_curve": "an action at a tier with all candidate data sets",
    "capacity_value": "an action, a tier or baseline, and a multiple of its capacity",
    "dataset_value": "an action, a tier and a data set",
    "linkage_value": "an action and a tier or baseline, as linked and with perfect linkage",
    "level_reach": "a tier, with the services it serves",
    "assumption": "a hypothesis, over all or of a level or action",
    "tier_cost": "a tier",
    "dataset_cost": "a data set",
    "cell_cost": "a data set at a tier",
    "blueprint": "a step, taken or refused",
    "blueprint_year": "a step and a year",
    "blueprint_party": "a body that pays or gains, and an action",
    "blueprint_party_year": "a body that pays or gains, and a year",
    "blueprint_summary": "the blueprint",
    "mvld": "terms to choose on and a share of value to keep",
    "business_case": "a way, a scope and a year",
    "tier": "a tier of the release",
    "dataset": "a data set",
    "access": "a user group, a data set and a tier: permitted or not, and why",
    "agreement": "an agreement that decides a cell of access",
    "rate": "a resource's price",
}


@dataclass(frozen=True)
class Download:
    """A table that was written as `<name>.csv` and `<name>.parquet`."""

    name: str
    rows: int
    bytes: int


def write_downloads(facts: Facts, folder: Path) -> list[Download]:
    """Write every table that has rows; equal tables give equal bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = {name.removeprefix("about."): rows for name, rows in facts.tables.items()} | _of_region(facts)
    with duck.connect() as connection:
        connection.execute("set threads = 1")
        return [
            _write(connection, name, _flat(tables[name]), folder, kinds=facts.kinds.get(name, {}))
            for name in GRAINS
            if tables.get(name)
        ]


def page(facts: Facts, written: list[Download]) -> Page:
    """What there is to download."""
    rows: list[list[Cell]] = [
        [
            item.name,
            GRAINS[item.name],
            link(f"{FOLDER}/{item.name}.csv", "CSV"),
            link(f"{FOLDER}/{item.name}.parquet", "Parquet"),
            words.count(item.rows),
            f"{max(item.bytes / 1000, 1):,.0f} kB",
        ]
        for item in written
    ]
    heads = ["Table", "A row is", "Spreadsheet", "Power BI", "Rows", "Size as CSV"]
    return Page(
        "downloads.html", "Downloads", "downloads.html", {"grid": Grid("The report's tables", heads, rows, words=4)}
    )


def _of_region(facts: Facts) -> dict[str, list[dict[str, Any]]]:
    """What the region's files say, as tables beside the others."""
    actions = facts.actions.values()
    return {
        "action": [
            {
                "action": action.id,
                "title": action.title,
                "delivered_by": action.delivered_by,
                "user_group": action.user_group,
                "unit": action.unit,
                "benefit_gbp": action.benefit_gbp,
                "break_even": action.break_even,
                "pays": list(action.pays),
                "pays_shares": list(action.pays.values()),
                "gains": list(action.gains),
                "gains_shares": list(action.gains.values()),
            }
            for action in actions
        ],
        "action_number": [
            {"action": action.id, "number": what, "value": value, "source": source}
            for action in actions
            for what, value, source in numbers_of(action)
        ],
        "rate": [
            {
                "resource": name,
                "unit": rate.unit,
                "unit_price_gbp": rate.unit_price_gbp,
                "valid_from": rate.valid_from,
                "source": rate.source,
            }
            for name, rate in sorted(facts.rates.items())
        ],
    }


def _flat(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lists as text; everything else as it is."""
    return [
        {name: "; ".join(map(str, value)) if isinstance(value, list) else value for name, value in row.items()}
        for row in rows
    ]


def _write(
    connection: Any, name: str, rows: list[dict[str, Any]], folder: Path, *, kinds: Mapping[str, str]
) -> Download:
    """kinds: the columns' types, so that a column in which nothing stands tonight keeps its own."""
    connection.register("download", pa.Table.from_pylist(rows))
    columns = ", ".join(
        f"{identifier(column)}::{'varchar' if kind.endswith('[]') else kind} as {identifier(column)}"
        for column in rows[0]
        if (kind := kinds.get(column))
    )
    rows_of = f"from {identifier('download')}" + (f" select * replace ({columns})" if columns else "")
    for kind, options in (("csv", "format csv, header"), ("parquet", "format parquet")):
        path = folder / f"{name}.{kind}"
        connection.execute(f"copy ({rows_of}) to {quoted(path)} ({options})")
    connection.unregister("download")
    sheet = folder / f"{name}.csv"
    sheet.write_bytes(BOM_UTF8 + sheet.read_bytes())  # without this mark Excel misreads a pound sign
    return Download(name, len(rows), sheet.stat().st_size)
