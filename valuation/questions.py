"""What is asked of the founding hypothesis and its assumptions, and the row of `economics.assumption` that answers.

The tests are in `assumptions.py`.
"""

from dataclasses import dataclass

ALL = "all"
POUNDS_A_YEAR = "£ a year"


@dataclass(frozen=True)
class Assumption:
    """One test. scope: `all` is the headline; else the level or action that it is about.

    n: how many actions, tiers or user groups the statistic is of. is_supported: null where it cannot be told.
    """

    assumption: str
    scope: str
    question: str
    statistic: str
    estimate: float | None
    low: float | None
    high: float | None
    unit: str
    n: int
    is_supported: bool | None
    verdict: str


@dataclass(frozen=True)
class Question:
    """What is asked, of which statistic, in which unit."""

    assumption: str
    question: str
    statistic: str
    unit: str = POUNDS_A_YEAR

    def answer(
        self, found: tuple[float, float, float], n: int, is_supported: bool, verdict: str, *, scope: str = ALL
    ) -> Assumption:
        """A test that came to an end. found: estimate, low, high."""
        text = verdict if is_supported else f"Not supported: {verdict[0].lower()}{verdict[1:]}"
        return Assumption(
            self.assumption, scope, self.question, self.statistic, *found, self.unit, n, is_supported, text
        )

    def unknown(self, why: str) -> Assumption:
        """A test that cannot be made."""
        return Assumption(
            self.assumption,
            ALL,
            self.question,
            self.statistic,
            None,
            None,
            None,
            self.unit,
            0,
            None,
            f"Cannot be told: {why}",
        )


NOT_LINEAR = Question(
    "value_is_not_linear_in_detail",
    "Is the value of data not linear in their level of detail?",
    "How far the two middle details lie above the straight line from known-to to full, summed over actions",
)
NOT_EQUAL = Question(
    "data_sets_differ_in_value",
    "Are some data sets worth more than others?",
    "What the best data set brings more than the worst, both chosen by an earlier year, summed over actions",
)
CHEAPER = Question(
    "aggregated_sharing_is_cheaper",
    "Does sharing about places cost less than sharing about persons and households?",
    "What computing a street, postcode or ward tier costs less than a person or household tier, in the mean",
)
SERVICES_GAIN = Question(
    "services_that_have_it_gain",
    "Do services gain from acting on what live agreements let them have?",
    "Gain over own data with all that is permitted now, summed over actions",
)
SEVERAL = Question(
    "aggregations_serve_several",
    "Does an aggregated tier serve several stakeholders at once?",
    "The lesser gain of the two user groups best served by one tier of households or places, chosen by an earlier year",
)
