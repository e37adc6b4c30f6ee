"""Questions to the tables of value that several pages ask: the best tier of an action, a data set's worth there."""

from collections.abc import Iterable
from dataclasses import dataclass

from sharing.tiers import DETAILS, LEVELS, TIERS
from valuation.report.facts import Facts, Row


def tier_of(point: Row) -> str:
    """`person_rag` of a row that has a level and a detail."""
    return f"{point['level']}_{point['detail']}"


def curve_of(facts: Facts, action: str) -> list[Row]:
    """An action's points at all tiers with every candidate data set, finest level first, least detail first."""
    points = [row for row in facts.rows("value_curve") if row["action"] == action]
    return sorted(points, key=lambda row: (LEVELS.index(row["level"]), DETAILS.index(row["detail"])))


def valued_actions(facts: Facts) -> list[str]:
    """Actions that have values, those with the highest cautious gain first."""
    names = sorted({row["action"] for row in facts.rows("value_curve")})
    return sorted(names, key=lambda name: -max(row["gain_low_gbp"] for row in curve_of(facts, name)))


def best_point(facts: Facts, action: str) -> Row | None:
    """The tier that residents accept with the highest cautious gain; None where all are vetoed."""
    open_points = [row for row in curve_of(facts, action) if not row["is_vetoed"]]
    return max(open_points, key=lambda row: row["gain_low_gbp"], default=None)


def holds(point: Row | None) -> bool:
    """Whether even the low end of a gain is above nought."""
    return point is not None and point["gain_low_gbp"] > 0


def baseline(facts: Facts, action: str, name: str) -> Row | None:
    """An action's baseline, such as `perfect_record`."""
    found = (row for row in facts.rows("action_value") if row["action"] == action and row["baseline"] == name)
    return next(found, None)


@dataclass(frozen=True)
class TierCell:
    """One of the twenty tiers. Pounds are a year's; gain_gbp is the sum over actions that residents accept it for.

    held: actions whose gain holds up. cost_gbp: its share of all that was ever spent; None where not shared out yet.
    """

    tier: str
    level: str
    detail: str
    gain_gbp: float | None
    held: int
    actions: int
    vetoed: int
    cost_gbp: float | None
    rows: int | None
    withheld_share: float | None
    groups: tuple[str, ...]
    shade: float = 0.0


def tier_cells(facts: Facts) -> dict[str, TierCell]:
    """The map: value, cost, what is withheld and who may read, by tier."""
    about = {row["tier"]: row for row in facts.rows("about.tier")}
    costs = {row["tier"]: float(row["allocated_gbp"]) for row in facts.rows("tier_cost")}
    points: dict[str, list[Row]] = {tier: [] for tier in TIERS}
    for row in facts.rows("value_curve"):
        points[tier_of(row)].append(row)
    gains = {tier: sum(row["gain_gbp"] for row in _open(found)) if found else None for tier, found in points.items()}
    top = max((gain for gain in gains.values() if gain), default=0.0)
    cells = {}
    for tier, found in points.items():
        level, _, detail = tier.partition("_")
        gain = gains[tier]
        cells[tier] = TierCell(
            tier=tier,
            level=level,
            detail=detail,
            gain_gbp=gain,
            held=sum(holds(row) for row in _open(found)),
            actions=len(found),
            vetoed=sum(row["is_vetoed"] for row in found),
            cost_gbp=costs.get(tier),
            rows=about.get(tier, {}).get("rows"),
            withheld_share=about.get(tier, {}).get("suppressed_share"),
            groups=_readers(facts, tier),
            shade=round(max(gain or 0.0, 0.0) / top, 3) if top > 0 else 0.0,
        )
    return cells


def _open(points: Iterable[Row]) -> list[Row]:
    return [row for row in points if not row["is_vetoed"]]


def _readers(facts: Facts, tier: str) -> tuple[str, ...]:
    allowed = {row["user_group"] for row in facts.rows("about.access") if row["tier"] == tier and row["is_permitted"]}
    return tuple(sorted(facts.group(name) for name in allowed))


@dataclass(frozen=True)
class DataSetWorth:
    """A data set over all actions, each at its best tier. Pounds a year.

    share_gbp: fair share of what all data sets bring together; where that was not worked out, its marginal value.
    held: the actions for which the low end of its share is above nought.
    """

    dataset: str
    share_gbp: float
    alone_gbp: float
    marginal_gbp: float
    actions: tuple[str, ...]
    held: tuple[str, ...]


def league(facts: Facts) -> list[DataSetWorth]:
    """Data sets by their share of value, most first."""
    best = {action: best_point(facts, action) for action in valued_actions(facts)}
    tiers = {action: tier_of(point) for action, point in best.items() if point}
    found: dict[str, list[Row]] = {}
    for row in facts.rows("dataset_value"):
        if tiers.get(row["action"]) == row["tier"]:
            found.setdefault(row["dataset"], []).append(row)
    worths = [
        DataSetWorth(
            dataset=name,
            share_gbp=sum(_share(row) for row in rows),
            alone_gbp=sum(row["alone_gbp"] for row in rows),
            marginal_gbp=sum(row["marginal_gbp"] for row in rows),
            actions=tuple(row["action"] for row in rows),
            held=tuple(row["action"] for row in sorted(rows, key=lambda row: -_share(row)) if _low(row) > 0),
        )
        for name, rows in sorted(found.items())
    ]
    return sorted(worths, key=lambda item: (-item.share_gbp, item.dataset))


def _low(row: Row) -> float:
    """The low end of a data set's share; nothing where no interval was worked out."""
    low = row.get("shapley_low_gbp")
    return float(row.get("marginal_low_gbp", 0.0) if low is None else low)


def _share(row: Row) -> float:
    return float(row["marginal_gbp"] if row["shapley_gbp"] is None else row["shapley_gbp"])
