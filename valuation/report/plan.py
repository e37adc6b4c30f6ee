"""Questions to the blueprint's tables that several pages ask: its steps, its summary, the steps in words."""

from dataclasses import dataclass

from sharing.tiers import level_and_detail
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


def horizon(facts: Facts) -> str:
    """`10 years`: over which the plan is counted."""
    row = summary(facts)
    return words.plural(row["horizon_years"], "year") if row else "the years counted"


def of_whom(facts: Facts) -> str:
    """Whose pounds the pages behind the blueprint count; empty where they are the authority's own."""
    row = summary(facts)
    if not row or row["people_scale"] == 1:
        return ""
    return (
        f"Pounds here are of the {words.count(row['region_people'])} people in the data. The blueprint multiplies "
        f"them by {row['people_scale']:,.3g}, for an authority of {words.count(row['authority_people'])}."
    )


def out_of_pocket(facts: Facts) -> str:
    """Who would pay more than they gain, so that it is settled before anything starts; empty where nobody would."""
    short = [(party, paid - gained) for party, (paid, gained) in by_party(facts).items() if paid - gained >= 1]
    if not short:
        return ""
    told = words.and_list(f"{party}, by {words.pounds(amount)}" for party, amount in short)
    return (
        f"Who pays is not always who gains. Cautiously counted, over all years, this body would pay more than it "
        f"gains: {told}. Agree who makes that good before the first step."
        if len(short) == 1
        else f"Who pays is not always who gains. Cautiously counted, over all years, these bodies would pay more than "
        f"they gain: {told}. Agree who makes that good before the first step."
    )


def by_party(facts: Facts) -> dict[str, tuple[float, float]]:
    """What each body pays and gains over all actions, the highest gain first."""
    sums: dict[str, tuple[float, float]] = {}
    for row in facts.rows("blueprint_party"):
        paid, gained = sums.get(row["party"], (0.0, 0.0))
        sums[row["party"]] = (paid + row["present_cost_gbp"], gained + row["present_value_low_gbp"])
    return dict(sorted(sums.items(), key=lambda item: (item[1][0] - item[1][1], item[0])))


@dataclass(frozen=True)
class Told:
    """A step as a sentence has it."""

    number: int
    action: str
    data_sets: str
    group: str
    tier: str
    level: str
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
            level=words.LEVEL_MEANS[level_and_detail(step["tier"])[0]],
            one_off=words.pounds(step["one_off_gbp"]),
            running=words.pounds(step["running_year_gbp"]),
            cautious=words.pounds(step["value_low_year_gbp"]),
            expected=words.pounds(step["value_year_gbp"]),
        )
        for step in taken(facts)
    ]
