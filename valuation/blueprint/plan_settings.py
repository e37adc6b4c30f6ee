"""How a blueprint is drawn on a date, from `region/policies/blueprint.csv`, and what a programme costs besides the
contracts' days, from `region/costs/programme.csv`. No number that steers the blueprint lives in code.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from settings.dated_settings import read_settings
from settings.paths import Region
from valuation.blueprint.setting_kinds import Parser, number, numbers, one_of, whole

NOTHING, TODAY = "nothing", "today"
PLAN = {
    "starts_from": one_of(NOTHING, TODAY),
    "authority_people": whole(0),
    "horizon_years": whole(1),
    "set_up_days_year": number(),
    "benefit_offset_years": whole(0),
    "benefit_ramp": number(0.01, 1),
    "cost_optimism": number(0),
    "benefit_optimism": number(0, 1),
    "retained_shares": numbers(0.01, 1),
    "time_limit_seconds": number(0.1),
    "exact_steps": whole(1),
}
PROGRAMME = {
    "platform_days": number(),
    "warehouse_first_year_gbp": number(),
    "warehouse_later_year_gbp": number(),
    "warehouse_authorities": whole(1),
}


@dataclass(frozen=True)
class PlanSettings:
    """Each is explained by its `source` in the table. Shares are from 0 to 1."""

    starts_from: str
    authority_people: int  # 0: as many as the region has
    horizon_years: int
    set_up_days_year: float  # planned person-days a year for starting steps; 0, or no line: no limit
    benefit_offset_years: int
    benefit_ramp: float  # share of the full benefit that each year adds after the offset
    cost_optimism: float  # added to the blueprint's costs
    benefit_optimism: float  # taken off values
    retained_shares: tuple[float, ...]
    time_limit_seconds: float
    exact_steps: int


@dataclass(frozen=True)
class ProgrammeCosts:
    """Person-days to set the platform up, and what the warehouse of everything would cost instead. Looking after what
    runs is `valuation/running.py`, integration and governance are the contracts'.
    """

    platform_days: float
    warehouse_first_year_gbp: float
    warehouse_later_year_gbp: float
    warehouse_authorities: int


def read_plan_settings(region: Region, *, as_of: date | str) -> PlanSettings | None:
    """None where the region has no `policies/blueprint.csv`: it wants no blueprint. Raises RegionError."""
    path = region.policies / "blueprint.csv"
    return PlanSettings(**_read(path, PLAN, as_of, off={"set_up_days_year": 0.0})) if path.exists() else None


def read_programme_costs(region: Region, *, as_of: date | str) -> ProgrammeCosts:
    """Raises RegionError that lists every problem."""
    return ProgrammeCosts(**_read(region.costs / "programme.csv", PROGRAMME, as_of))


def _read(
    path: Path, kinds: Mapping[str, Parser], as_of: date | str, *, off: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    def parse(setting: str, text: str) -> Any:
        try:
            return kinds[setting](text)
        except ValueError as error:
            raise ValueError(f"{setting} is not {error}") from None

    return read_settings(path, tuple(kinds), parse, as_of=as_of, off=off)
