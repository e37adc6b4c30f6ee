"""Measures kept run after run in `linkage.trend`, and which of them jumped. What is measured is decided elsewhere."""

from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

from linkage.policy import LinkagePolicy
from linkage.store import STORE

TREND = f"{STORE}.linkage.trend"

_TABLE = f"""
create table if not exists {TREND} (
    run_no integer, as_of date, mark varchar, metric varchar, subgroup varchar, value double, base double
)
"""


@dataclass(frozen=True)
class Jump:
    """A measure whose value is away from the `median` of earlier runs by more than the policy's margin and chance."""

    metric: str
    subgroup: str
    value: float
    median: float
    runs: int


def append(work: Any, *, mark: str, as_of: str) -> int:
    """Add table `measure` to the trend as a run of its own and return the run's number.

    mark stands for the state that was measured: a state that is in the trend already is not added again, so that a
    replay adds nothing. Call it within the step's transaction.
    """
    work.execute(_TABLE)
    known = work.execute(f"select max(run_no) from {TREND} where mark = ?", [mark]).fetchone()[0]
    if known is not None:
        return int(known)
    run_no: int = work.execute(f"select coalesce(max(run_no), 0) + 1 from {TREND}").fetchone()[0]
    work.execute(
        f"insert into {TREND} select ?, ?::date, ?, metric, subgroup, value, base from measure", [run_no, as_of, mark]
    )
    return run_no


def jumps(work: Any, *, run_no: int, policy: LinkagePolicy) -> list[Jump]:
    """The measures of run `run_no` that jumped, the furthest first.

    A measure has to have been there in `trend_least_runs` earlier runs. A share also has to be further from the median
    than chance would bring a sample of its base.
    """
    z = NormalDist().inv_cdf(0.5 + policy.confidence / 2)
    rows = work.execute(
        _JUMPS, {"run_no": run_no, "least": policy.trend_least_runs, "margin": policy.trend_margin, "z": z}
    )
    return [Jump(*row) for row in rows.fetchall()]


def history(work: Any, metrics: tuple[str, ...]) -> dict[str, list[tuple[int, str, float]]]:
    """Metric -> (run number, as_of, value) of every run that has it, for measures without subgroups."""
    rows = work.execute(
        f"select metric, run_no, as_of::varchar, value from {TREND} "
        "where subgroup = '' and list_contains(?, metric) order by run_no",
        [list(metrics)],
    ).fetchall()
    return {
        metric: points
        for metric in metrics
        if (points := [(run_no, day, value) for name, run_no, day, value in rows if name == metric])
    }


_JUMPS = f"""
with now as (select metric, subgroup, value, base from {TREND} where run_no = $run_no),
before as (
    select metric, subgroup, median(value) as median, count(*) as runs
    from {TREND}
    where run_no < $run_no
    group by all
    having count(*) >= $least
)
select metric, subgroup, value, median, runs
from now
join before using (metric, subgroup)
where abs(value - median) > $margin * abs(median)
    and (base is null or abs(value - median) > $z * sqrt(greatest(median * (1 - median), value * (1 - value)) / base))
order by abs(value - median) / greatest(abs(median), 1e-9) desc, metric, subgroup
"""
