"""The five by four grid of tiers, as `mvld tiers` shows it: rows, share suppressed, pounds, audience."""

from dataclasses import dataclass
from decimal import Decimal

from settings.paths import Home
from sharing.release import query
from sharing.tiers import DETAILS, LEVELS
from valuation.spending import summary


@dataclass(frozen=True)
class TierCell:
    """One tier of the release in force."""

    tier: str
    level: str
    detail: str
    rows: int
    suppressed_share: float | None  # of the counts in it; None where it holds no controlled count
    cost_gbp: Decimal  # compute spent on the tier itself, over all runs in the ledger
    audience: int = 0  # user groups whose share holds some of it


def tier_grid(home: Home) -> list[TierCell]:
    """Levels by details, in the design's order; a tier that is not in the release has no rows.

    Raises NothingPublished.
    """
    facts = query(home, "select tier, rows, suppressed_share from about.tier").rows
    known = {tier: (rows, share) for tier, rows, share in facts}
    told = "select tier, count(distinct user_group) from about.access where is_permitted group by tier"
    audience: dict[str, int] = dict(query(home, told).rows)
    costs = {line.name: line.billed_gbp for line in summary(home, by="asset", category="Usage")}
    cells = []
    for level in LEVELS:
        for detail in DETAILS:
            tier = f"{level}_{detail}"
            rows, share = known.get(tier, (0, None))
            cells.append(
                TierCell(
                    tier, level, detail, rows, share, costs.get(f"tiers/{tier}", Decimal(0)), audience.get(tier, 0)
                )
            )
    return cells
