"""Tables of a made-up region as the report reads them: two actions, three data sets, two user groups, a blueprint.

`prevention` holds up at person level; `outreach` does not hold up anywhere. Every number is made up.
"""

from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from linkage.evaluation.quality import QualityCounts
from sharing.tiers import DETAILS, LEVELS, TIERS
from tests.valuation import small_town as town
from valuation.actions import Action
from valuation.rates import Rate
from valuation.report.facts import Facts
from valuation.worth_rows import CapacityValue, CurvePoint

AS_OF = "2026-06-01"
DATA_SETS = ("clinic", "noise", "harbour")
ODD_TITLE = "Prevention <b>& care</b>"


def actions() -> dict[str, Action]:
    """One with a title that would break a page, if it were not escaped."""
    return {
        "prevention": town.action(title=ODD_TITLE),
        "outreach": town.action(id="outreach", title="Outreach", user_group="harbour_master"),
    }


def curve() -> list[dict[str, Any]]:
    """prevention gains at person and household level; every interval of outreach holds 0."""
    points = []
    for action in ("prevention", "outreach"):
        for level_no, level in enumerate(LEVELS):
            for number, detail in enumerate(DETAILS):
                gain = (1000.0 * (number + 1) - 900 * level_no) if action == "prevention" else 10.0 * number
                points.append(
                    asdict(
                        CurvePoint(
                            action=action,
                            user_group="town",
                            level=level,
                            detail=detail,
                            detail_no=number,
                            net_value_gbp=5000 + gain,
                            net_value_low_gbp=4000 + gain,
                            net_value_high_gbp=6000 + gain,
                            gain_gbp=gain,
                            gain_low_gbp=gain - 500,
                            gain_high_gbp=gain + 500,
                            retained_share=gain / 5000,
                            is_vetoed=(level, detail) == ("person", "full"),
                            bend_gbp=0.0,
                            bend_low_gbp=-1.0,
                            bend_high_gbp=1.0,
                        )
                    )
                )
    return points


def baselines() -> list[dict[str, Any]]:
    """Five of each action."""
    return [
        {
            "action": action, "user_group": "town", "unit": "person", "baseline": name, "tier": None, "data_sets": [],
            "eligible": 1200, "outcomes": 130, "capacity": 240.0, "true_positives": found, "net_value_gbp": value,
            "net_value_low_gbp": value - 500, "net_value_high_gbp": value + 500, "gain_gbp": value - 5000,
            "gain_low_gbp": value - 5500,
        }
        for action in ("prevention", "outreach")
        for name, found, value in (
            ("treat_none", 0.0, 0.0), ("random", 26.0, 400.0), ("own_data", 60.0, 5000.0),
            ("perfect_record", 110.0, 10_000.0), ("permitted_now", 62.0, 5400.0),
        )
    ]  # fmt: skip


def blueprint() -> list[dict[str, Any]]:
    """Two steps, the first of two actions; one refusal."""
    step = {
        "step_no": None, "start_year": None, "action": "outreach", "cumulative_value_low_gbp": None,
        "cumulative_cost_gbp": None,
        "user_group": "town", "tier": "person_coded", "data_sets": ["clinic"], "is_taken": True,
        "refused_because": None, "explanation": None, "value_year_gbp": 3000.0, "value_low_year_gbp": 2500.0,
        "one_off_gbp": 1500.0, "running_year_gbp": 300.0, "present_value_low_gbp": 9000.0, "present_cost_gbp": 4000.0,
        "new_cells": ["clinic@person_coded"], "pays": ["The town"], "gains": ["The town", "The clinic"],
    }  # fmt: skip
    first = {"step_no": 1, "start_year": 1, "cumulative_value_low_gbp": 9000.0, "cumulative_cost_gbp": 4000.0}
    second = {"step_no": 2, "start_year": 2, "cumulative_value_low_gbp": 12_000.0, "cumulative_cost_gbp": 6500.0}
    refused = {
        "tier": "ward_full", "data_sets": ["noise"], "is_taken": False, "value_low_year_gbp": 5.0,
        "refused_because": "dearer than it adds", "explanation": "it would add £10 for £900",
    }  # fmt: skip
    return [
        step | {"action": "prevention"} | first,
        step | {"action": "outreach", "one_off_gbp": 0.0} | first,
        step | {"action": "prevention", "tier": "ward_rag", "data_sets": ["harbour", "clinic"]} | second,
        step | refused,
    ]


def plan() -> dict[str, list[dict[str, Any]]]:
    """The blueprint's other tables."""
    return {
        "blueprint_summary": [
            {
                "authority_people": 300_000, "region_people": 1200, "people_scale": 250.0, "horizon_years": 5,
                "set_up_days_year": 40.0, "set_up_days": 52.0, "last_start_year": 2, "waiting_gbp": 310.0, "steps": 2,
                "peak_outlay_gbp": 2300.0, "pay_back_year": 3, "gap_gbp": 0.0, "is_order_exact": True,
                "order_gap_steps": 0,
            }
        ],
        "blueprint_year": [
            {"step_no": step, "year": year, "value_low_gbp": 900.0 * year, "value_gbp": 1000.0 * year,
             "cost_gbp": 700.0, "discount_factor": 1 / 1.035**year}
            for step in (1, 2) for year in range(1, 6)
        ],
        "blueprint_party": [
            {"party": party, "action": "prevention", "is_stated": False, "pays_share": share,
             "gains_share": 0.5, "present_cost_gbp": cost,
             "present_value_low_gbp": value, "net_gbp": value - cost}
            for party, share, cost, value in (("The town", 1.0, 6500.0, 6000.0), ("The clinic", 0.0, 0.0, 6000.0))
        ],
        "blueprint_party_year": [
            {"party": "The town", "year": year, "cumulative_net_gbp": net} for year, net in ((1, -800.0), (2, -450.0))
        ],
        "mvld": [
            {"terms": "as things stand", "retained_share": share, "is_reached": share < 0.9,
             "share_reached": min(share, 0.85),
             "cells": ["clinic@person_coded@town"], "one_off_gbp": 1500.0, "running_year_gbp": 300.0,
             "cost_gbp": 4000.0, "value_gbp": 5000.0 * share}
            for share in (0.5, 0.95)
        ],
        "business_case": [
            {"option": option, "scope": scope, "year": year, "cost_gbp": cost, "value_gbp": 2000.0,
             "value_low_gbp": 1500.0, "cumulative_net_gbp": year * (2000.0 - cost)}
            for option, cost in (("blueprint", 1000.0), ("warehouse", 90_000.0))
            for scope in ("one authority", "150 authorities") for year in (1, 2, 3)
        ],
    }  # fmt: skip


def tables() -> dict[str, list[dict[str, Any]]]:
    """Every table that the report reads."""
    capacity = [
        asdict(CapacityValue("prevention", name, tier, multiple, 240 * multiple, 4000 * multiple))
        for name, tier in (("own_data", None), ("perfect_record", None), (None, "person_coded"))
        for multiple in (0.5, 1.0)
    ]
    return plan() | {
        "blueprint": blueprint(),
        "value_curve": curve(),
        "action_value": baselines(),
        "capacity_value": capacity,
        "dataset_value": [
            {"action": "prevention", "tier": "person_coded", "dataset": name, "alone_gbp": worth,
             "marginal_gbp": worth / 2, "shapley_gbp": worth * 0.7, "shapley_low_gbp": worth / 3,
             "shapley_high_gbp": worth}
            for name, worth in zip(DATA_SETS, (2500.0, -40.0, 600.0), strict=True)
        ],
        "linkage_value": [
            {"action": "prevention", "baseline": "perfect_record", "tier": None, "net_value_gbp": 10_000.0,
             "perfect_linkage_gbp": 10_400.0, "lost_gbp": 400.0, "lost_low_gbp": -100.0, "lost_high_gbp": 900.0}
        ],
        "assumption": [
            {"assumption": name, "scope": "all", "question": question, "statistic": "a difference", "estimate": 12.0,
             "low": -3.0, "high": 30.0, "unit": "£ a year", "n": 6, "is_supported": is_supported, "verdict": verdict}
            for name, question, is_supported, verdict in (
                ("bend", "Is value not linear in detail?", False, "Not supported: it may be a straight line."),
                ("cheap", "Is aggregated sharing cheaper?", True, "It is, by £12 a year."),
                ("several", "Do tiers serve several?", None, "Cannot be told: one group only."),
            )
        ],
        "level_reach": [
            {"tier": "person_coded", "level": "person", "detail": "coded", "groups_served": 1, "user_groups": ["town"],
             "actions": ["prevention"], "gain_gbp": 3000.0, "gain_low_gbp": 2500.0, "gain_high_gbp": 3500.0}
        ],
        "tier_cost": [{"tier": tier, "own_gbp": Decimal("1.5"), "allocated_gbp": Decimal("90.25")} for tier in TIERS],
        "dataset_cost": [{"dataset": name, "allocated_gbp": Decimal("601.666667")} for name in DATA_SETS],
        "about.tier": [
            {"tier": tier, "rows": 100, "suppressed_share": 0.25 if tier.startswith(("street", "ward")) else None}
            for tier in TIERS
        ],
        "about.access": [
            {"user_group": group, "dataset": name, "tier": tier, "level": tier.split("_")[0],
             "detail": tier.split("_", 1)[1], "is_permitted": group == "town" and tier.startswith("ward"),
             "agreement": "a-1", "reason": "permitted", "clause": "a-1 permits it", "rung": "official"}
            for group in ("town", "harbour_master") for name in DATA_SETS for tier in TIERS
        ],
        "about.agreement": [
            {"agreement": "a-1", "title": "Wards", "discloser": "The clinic",
             "purpose": "planning", "lawful_basis": "public task", "valid_from": date(2025, 4, 1),
             "valid_to": date(2027, 3, 31)}
        ],
        "about.dataset": [
            {"dataset": name, "title": name.capitalize(), "partner": "The clinic", "subject": "person",
             "extract_date": date(2026, 6, 1), "is_stale": name == "noise"}
            for name in DATA_SETS
        ],
    }  # fmt: skip


def facts(**changes: Any) -> Facts:
    """All of it, with some fields changed."""
    counts = QualityCounts(
        records=4000, persons=1200, measures=60, run_no=1, pair_precision=0.998, pair_recall=0.97, pair_f1=0.984,
        cluster_precision=0.95, cluster_recall=0.94, cluster_f1=0.945, expected_false_links=0.002,
        expected_missed_links=0.02, twins_merged=1, namesakes_merged=0, behind=("age 20-29 fares worse.",), jumped=(),
    )  # fmt: skip
    known = {
        "as_of": AS_OF,
        "version": "2026-06-01-12345678",
        "tables": tables(),
        "actions": actions(),
        "rates": {"people": Rate("people", "person-day", Decimal(750), date(2020, 1, 1), "Assumption: test")},
        "controls": {"named_users": "Named accounts"},
        "settings": {
            "costs/rates.csv": [
                {"valid_from": "2020-01-01", "resource": "people", "price_gbp": "750", "source": "Assumption: test"}
            ]
        },
        "linkage": counts,
        "has_linkage_report": True,
    }
    return Facts(**known | changes)
