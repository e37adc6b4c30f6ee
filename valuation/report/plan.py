"""Questions to the blueprint's tables that several pages ask: its steps, its summary, the steps in words."""

from dataclasses import dataclass

from valuation.report import words
from valuation.report.facts import Facts, Row

REASONS = {  # of the blueprint's refusals, for a board
    "the interval holds 0": "too uncertain",
    "not worth it at the 10th percentile": "not worth it cautiously counted",
    "vetoed by citizens": "vetoed by residents",
}


def reason_of(refused: Row) -> str:
    """Why a choice was refused, in plain words."""
    reason = str(refused["refused_because"])
    return REASONS.get(reason, reason)


def taken(facts: Facts) -> list[Row]:
    """The steps in their order."""
    return sorted((row for row in facts.rows("blueprint") if row["is_taken"]), key=lambda row: row["step_no"])


def summary(facts: Facts) -> Row:
    """The blueprint in one row; empty where there is none."""
    return next(iter(facts.rows("blueprint_summary")), {})


@dataclass(frozen=True)
class Told:
    """A step as a sentence has it."""

    number: int
    action: str
    data_sets: str
    group: str
    tier: str
    one_off: str
    running: str
    cautious: str
    expected: str


def told_steps(facts: Facts) -> list[Told]:
    """The steps for people who read no tables."""
    return [
        Told(
            number=step["step_no"],
            action=facts.action(step["action"]),
            data_sets=words.and_list(words.lower(facts.data_set(name)) for name in step["data_sets"]),
            group=words.lower(facts.group(step["user_group"])),
            tier=words.spoken(step["tier"]),
            one_off=words.pounds(step["one_off_gbp"]),
            running=words.pounds(step["running_year_gbp"]),
            cautious=words.pounds(step["value_low_year_gbp"]),
            expected=words.pounds(step["value_year_gbp"]),
        )
        for step in taken(facts)
    ]
