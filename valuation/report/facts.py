"""All that the report tells, read once: the tables of `economics`, the release's own description, the region's files.

Nothing is worked out here and nothing written. A table that is not there yet is absent from `Facts.tables`.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any

from ingestion.contract import Contract
from linkage.evaluation.quality import QualityCounts, last_judged
from settings import duck
from settings.errors import NothingPublished
from settings.fingerprints import digest_of, digest_of_code
from settings.paths import Home, Region
from sharing.governance import UserGroup
from sharing.governance_reader import read_governance
from sharing.release import query
from sharing.tiers import TIERS
from valuation.action_reader import read_actions
from valuation.actions import Action
from valuation.rates import Rate, read_rates
from valuation.report import words

ECONOMICS = (
    "action_value", "value_curve", "capacity_value", "dataset_value", "linkage_value", "level_reach", "assumption",
    "tier_cost", "dataset_cost", "cell_cost",
    "blueprint", "blueprint_year", "blueprint_party", "blueprint_party_year", "blueprint_summary", "mvld",
    "business_case",
)  # fmt: skip
POLICIES = ("blueprint", "discount", "valuation")  # those that values and the blueprint follow
COSTS = ("tier_cost", "dataset_cost", "cell_cost")
ABOUT = ("tier", "dataset", "access", "agreement")

Row = dict[str, Any]


ID = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+")


@dataclass(frozen=True)
class Facts:
    """Tables by name (the release's own as `about.<name>`), and the region's files.

    linkage: None where it was not judged.
    """

    as_of: str
    version: str | None
    tables: Mapping[str, list[Row]]
    actions: Mapping[str, Action] = field(default_factory=dict)
    contracts: Mapping[str, Contract] = field(default_factory=dict)
    groups: Mapping[str, UserGroup] = field(default_factory=dict)
    controls: Mapping[str, str] = field(default_factory=dict)  # what each control means
    rates: Mapping[str, Rate] = field(default_factory=dict)
    settings: Mapping[str, list[dict[str, str]]] = field(default_factory=dict)  # lines of dated tables, by file
    kinds: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # column types of `economics`, by table
    linkage: QualityCounts | None = None
    has_linkage_report: bool = False

    def rows(self, table: str) -> list[Row]:
        """The rows of a table; none where it is not there."""
        return self.tables.get(table, [])

    def has(self, table: str) -> bool:
        """Whether the table is there and says anything."""
        return bool(self.tables.get(table))

    def in_words(self, text: str) -> str:
        """A sentence of another table with titles in place of the ids of data sets, user groups, controls and tiers."""
        return ID.sub(lambda found: self._titles.get(found[0], found[0]), text)

    @cached_property
    def _titles(self) -> dict[str, str]:
        titles = {name: words.lower(self.data_set(name)) for name in self.contracts}
        titles |= {name: words.lower(self.group(name)) for name in self.groups}
        titles |= {name: name.replace("_", " ") for name in self.controls}
        return titles | {tier: words.spoken(tier) for tier in TIERS}

    def data_set(self, name: str) -> str:
        """A data set's title."""
        return self.contracts[name].title if name in self.contracts else name.replace("_", " ")

    def group(self, name: str) -> str:
        """A user group's title."""
        return self.groups[name].title if name in self.groups else name.replace("_", " ")

    def action(self, name: str) -> str:
        """An action's title."""
        return self.actions[name].title if name in self.actions else name.replace("_", " ")


def read_facts(home: Home, region: Region, contracts: Mapping[str, Contract], *, as_of: str) -> Facts:
    """Read everything. Raises RegionError for wrong region files; a missing table or release is no error."""
    tables, version = _about(home)
    economics, kinds = _economics(home)
    governance = read_governance(region)
    return Facts(
        as_of=as_of,
        version=version,
        tables=tables | economics,
        kinds=kinds,
        actions=read_actions(region, contracts),
        contracts=contracts,
        groups=governance.groups,
        controls=governance.ladder.controls if governance.ladder else {},
        rates=read_rates(region.costs, as_of=as_of),
        settings=_dated_tables(region),
        linkage=last_judged(home),
        has_linkage_report=(home.reports / "linkage" / "index.html").exists(),
    )


def fingerprint_of(facts: Facts) -> str:
    """Equal for equal facts told by equal code, so that the same report is not written twice.

    Costs do not count: a night with nothing new adds less to them than is shown. What else moves them (the date,
    contracts, prices, agreements) counts by itself.
    """
    known = {item.name: getattr(facts, item.name) for item in fields(facts)}
    known |= {"tables": {name: rows for name, rows in facts.tables.items() if name not in COSTS}}
    return digest_of(known, digest_of_code("pages", "valuation/report"))


def _dated_tables(region: Region) -> dict[str, list[dict[str, str]]]:
    """The prices and settings that steer values and costs, as the region states them."""
    policies = [region.policies / f"{name}.csv" for name in POLICIES]
    found = {}
    for path in [*sorted(region.costs.glob("*.csv")), *(path for path in policies if path.exists())]:
        with path.open(encoding="utf-8-sig", newline="") as file:
            found[path.relative_to(region.root).as_posix()] = list(csv.DictReader(file))
    return found


def _economics(home: Home) -> tuple[dict[str, list[Row]], dict[str, dict[str, str]]]:
    """Rows and column types by table."""
    rows: dict[str, list[Row]] = {}
    kinds: dict[str, dict[str, str]] = {}
    if not home.warehouse_db.exists():
        return rows, kinds
    with duck.connect(home.warehouse_db, read_only=True) as connection:
        known = connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'economics' order by 1"
        ).fetchall()
        for name in (name for (name,) in known if name in ECONOMICS):
            cursor = connection.execute(f"from economics.{name} order by all")
            kinds[name] = {column[0]: str(column[1]) for column in cursor.description}
            rows[name] = rows_of(cursor)
    return rows, kinds


def _about(home: Home) -> tuple[dict[str, list[Row]], str | None]:
    try:
        tables = {f"about.{name}": query(home, f"from about.{name} order by all") for name in ABOUT}
        version = query(home, "select version from about.release").rows[0][0]
    except NothingPublished:
        return {}, None
    return {
        name: [dict(zip(found.columns, row, strict=True)) for row in found.rows] for name, found in tables.items()
    }, version


def rows_of(cursor: Any) -> list[Row]:
    """An answer's rows as dictionaries."""
    columns = [column[0] for column in cursor.description]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
