"""What is known of tonight's linkage, in one place, and the words for it. How it looks is `report.py`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from linkage.evaluation.confusions import Confusion
from linkage.evaluation.decision_precision import Precision
from linkage.evaluation.evaluate import PairQuality, Quality
from linkage.evaluation.subgroups import WHOLE, Behind, Rate
from linkage.evaluation.trends import Jump
from linkage.evaluation.unlinkables import Unlinkable
from linkage.report.charts import MadeUp

Measure = tuple[str, str, float, float | None]  # metric, subgroup, value, base

NAMES = {
    "false_links": "falsely linked",
    "missed_links": "missed",
    "expected_false_links": "expected to be falsely linked",
    "expected_missed_links": "expected to be missed",
    "alone": "alone in their person",
    "records": "records",
    "persons": "persons",
    "households": "households",
    "pairs": "pairs kept",
    "records_per_person": "records per person",
    "mean_density": "mean density",
    "persons_of_size": "persons by number of records",
    "persons_of_density": "persons by density",
    "persons_with_a_bridge": "persons with a bridge",
    "persons_held_by_one_pair": "persons held together by one pair",
    "persons_in_both": "persons found in both",
    "persons_with_two": "persons told two values of",
    "unlinkable": "records that cannot be linked",
    "pair_precision": "pair precision",
    "pair_recall": "pair recall",
    "pair_f1": "pair F1",
    "cluster_precision": "cluster precision",
    "cluster_recall": "cluster recall",
    "cluster_f1": "cluster F1",
}


@dataclass(frozen=True)
class Findings:
    """All that the report tells. Without truth `quality` is None and the lists that need truth are empty."""

    as_of: str
    threshold: float
    confidence: float
    measures: Sequence[Measure]
    rates: Sequence[Rate]
    behind: Sequence[Behind]
    jumps: Sequence[Jump]
    history: dict[str, list[tuple[int, str, float]]]
    shared: dict[tuple[str, str], int]
    unlinkables: Sequence[Unlinkable]
    model: dict[str, Any]
    made_up: Sequence[MadeUp]
    quality: Quality | None = None
    cluster_sweep: dict[float, Quality] = field(default_factory=dict)
    pair_sweep: Sequence[PairQuality] = ()
    confusions: Sequence[Confusion] = ()
    clerical: Precision | None = None

    def value(self, metric: str) -> float:
        """The value of a measure that has no subgroups; 0 where there was nothing to measure."""
        return next((value for name, _, value, _ in self.measures if name == metric and value is not None), 0.0)

    def parts(self, metric: str) -> list[tuple[str, float, float | None]]:
        """(subgroup, value, base) of a measure's subgroups, in their order."""
        return [(subgroup, value, base) for name, subgroup, value, base in self.measures if name == metric]


def sentence_of_behind(item: Behind) -> str:
    """A subgroup that fell behind, in words."""
    return (
        f"{item.kind} {item.subgroup}: {item.value:.1%} of records {NAMES[item.measure]}, "
        f"against {item.whole:.1%} of {WHOLE}'s."
    )


def sentence_of_jump(item: Jump) -> str:
    """A measure that jumped, in words."""
    name = f"{NAMES.get(item.metric, item.metric)} {item.subgroup}".strip()
    return f"{name}: {item.value:,.4g}, against a median of {item.median:,.4g} over {item.runs} earlier runs."
