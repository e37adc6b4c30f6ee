"""What a level's tiers tell about each unit, as columns of numbers, delivered through the linked spine.

A place's signals reach everybody who lives there alike; a household's reach its members; at person level a household
hears of each signal the most that any member has.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sharing.tiers import DETAILS
from valuation.actions import Action
from valuation.signal_sql import KEY, RELEASE, signals_sql


@dataclass(frozen=True)
class Signals:
    """Signals of one level: `values` is units by columns; a column has a data set, a detail and a name."""

    level: str
    dataset: NDArray[np.object_]
    detail: NDArray[np.int64]  # position in DETAILS
    name: NDArray[np.object_]
    values: NDArray[np.float32]

    def chosen(self, datasets: Collection[str], detail: str) -> NDArray[np.int64]:
        """Positions of the columns that these data sets have at that detail or a lesser one."""
        shared = np.isin(self.dataset.astype(str), sorted(datasets)) & (self.detail <= DETAILS.index(detail))
        return np.flatnonzero(shared)


def read_signals(
    work: Any,
    action: Action,
    level: str,
    *,
    datasets: Collection[str],
    minimum_support: int,
    tiers: str = RELEASE,
) -> Signals:
    """The signals of `datasets` at `level` for the units in the temporary table `unit`, in the order of units.

    tiers: the schema that holds the tiers: the release's, or what a group sees of it (`share_view.py`). A column that
    fewer than `minimum_support` units have, or that is the same for all, is left out.
    """
    _gather(work, action, level, datasets, tiers)
    columns = work.execute("select dataset, detail, signal from signal_column order by column_no").fetchnumpy()
    cells = work.execute("select key_no, column_no, value from signal_cell").fetchnumpy()
    key_no = work.execute(
        f"select coalesce(key_no, -1) as key_no from unit left join signal_key on {_key(action, level)} = key "
        "order by unit_no"
    ).fetchnumpy()["key_no"]
    names = [np.ma.getdata(columns[name]).astype(object) for name in ("dataset", "detail", "signal")]
    (keys,) = work.execute("select count(*) from signal_key").fetchone()
    table = np.zeros((keys + 1, len(names[0])), dtype=np.float32)  # the last row is of units that no key leads to
    table[np.ma.getdata(cells["key_no"]), np.ma.getdata(cells["column_no"])] = np.ma.getdata(cells["value"])
    values = table[np.asarray(np.ma.filled(key_no, -1), dtype=np.int64)]
    support = np.count_nonzero(values, axis=0)
    varies = values.max(axis=0, initial=0) > values.min(axis=0, initial=np.inf) if len(values) else support > 0
    kept = np.flatnonzero((support >= minimum_support) & varies)
    detail = np.array([DETAILS.index(name) for name in names[1]], dtype=np.int64)
    return Signals(level, names[0][kept], detail[kept], names[2][kept], np.ascontiguousarray(values[:, kept]))


def _key(action: Action, level: str) -> str:
    """The unit's column that leads to the level's signals."""
    return "household_id" if level == "person" and action.unit == "household" else KEY[level]


def _gather(work: Any, action: Action, level: str, datasets: Collection[str], tiers: str) -> None:
    """Temporary tables of the level's signals: `signal_cell`, numbered by `signal_key` and `signal_column`."""
    key = _key(action, level)
    member = "join warehouse.linked.person as member on said.key = member.person_id" if key != KEY[level] else ""
    work.execute(
        f"""
        create or replace temp table said as
        with said as ({signals_sql(level, as_of="getvariable('as_of')", tiers=tiers)})
        select {"member.household_id" if member else "said.key"} as key, dataset, detail, signal, max(value) as value
        from said {member}
        where list_contains($datasets, dataset)
            and {"member.household_id" if member else "said.key"} in (select {key} from unit)
        group by all
        """,
        {"datasets": sorted(datasets)},
    )
    work.execute("""
        create or replace temp table signal_key as
        select key, row_number() over (order by key) - 1 as key_no from (select distinct key from said);
        create or replace temp table signal_column as
        select dataset, detail, signal, row_number() over (order by dataset, detail, signal) - 1 as column_no
        from (select distinct dataset, detail, signal from said);
        create or replace temp table signal_cell as
        select key_no, column_no, value::float as value
        from said join signal_key using (key) join signal_column using (dataset, detail, signal)
    """)
