"""How common each value is: counted once, when a model is trained, and frozen with it.

A pair's score is then a function of its two records and the model. A value that training saw once, or never, counts as
seen once; so only values seen oftener are kept, and Splink's own join of frequencies is not used: for a value never
seen it would adjust nothing. What the frequencies adjust is `comparisons.py`.
"""

import re
from pathlib import Path
from typing import Any

from settings.duck import quoted
from settings.errors import UserError
from settings.parquet_files import copy_options, source

_SIDE = re.compile(r"\b([a-z0-9_]+?)_[lr]\b")


def frequency_columns(settings: dict[str, Any]) -> tuple[str, ...]:
    """Columns of `record` whose frequencies the model reads."""
    levels = (level for comparison in settings["comparisons"] for level in comparison["comparison_levels"])
    return tuple(sorted({level["tf_adjustment_column"] for level in levels if level.get("tf_adjustment_column")}))


def count_frequencies(work: Any, settings: dict[str, Any]) -> None:
    """Make tables `frequency_<column>` (<column>, tf_<column>: share of the column's values) from table `record`.

    The row with a null value holds the share of a value seen once.
    """
    for column in frequency_columns(settings):
        work.execute(f"""
            create or replace table frequency_{column} as
            with everything as (select nullif(count({column}), 0) as n from record),
            seen as (select {column}, count(*) as n from record where {column} is not null group by {column})
            select null as {column}, 1 / n as tf_{column} from everything
            union all
            select {column}, seen.n::double / everything.n from seen, everything where seen.n > 1
        """)


def write_frequencies(work: Any, settings: dict[str, Any], folder: Path) -> None:
    """Write the frequency tables to `folder`, which must be in the identity store: they hold values."""
    for column in frequency_columns(settings):
        work.execute(
            f"copy (from frequency_{column} order by {column} nulls first) to {quoted(_path(folder, column))} "
            + copy_options(work, _path(folder, column), options="compression snappy")
        )


def read_frequencies(work: Any, settings: dict[str, Any], folder: Path) -> None:
    """Make the frequency tables from what `write_frequencies` wrote."""
    for column in frequency_columns(settings):
        work.execute(f"create or replace table frequency_{column} as from {source(work, _path(folder, column))}")


def forget_values(work: Any, settings: dict[str, Any], folder: Path) -> None:
    """Rewrite the frequency tables in `folder` without values that nobody in table `record` has any more.

    No score changes by that: only a record with such a value would read them.
    """
    have = {name for name, *_ in work.execute("select * from record limit 0").description}
    read_frequencies(work, settings, folder)
    for column in frequency_columns(settings):
        held = f"select {column} from record where {column} is not null" if column in have else "select null limit 0"
        work.execute(f"delete from frequency_{column} where {column} is not null and {column} not in ({held})")
    write_frequencies(work, settings, folder)


def _path(folder: Path, column: str) -> Path:
    return folder / f"frequency_{column}.parquet"


def add_frequencies(work: Any, settings: dict[str, Any]) -> None:
    """Make table `compared`: of table `record`, the columns that the model compares, and their frequencies.

    Raises UserError where the model compares a column that `record` does not have.
    """
    have = [name for name, *_ in work.execute("select * from record limit 0").description]
    compared = _compared_columns(settings)
    if missing := compared - set(have):
        raise UserError(
            "the model in use is of another release",
            [
                f"it compares '{column}', which records no longer have; run `mvld model train` and adopt the new model"
                for column in sorted(missing)
            ],
        )
    columns = ["record.record_no", *(f"record.{name}" for name in have if name in compared)]
    joins = ""
    for name in frequency_columns(settings):
        once = f"(select tf_{name} from frequency_{name} where {name} is null)"
        columns.append(
            f"if(record.{name} is null, null, coalesce(frequency_{name}.tf_{name}, {once}))::double as tf_{name}"
        )
        joins += f" left join frequency_{name} on record.{name} = frequency_{name}.{name}"
    work.execute(f"create or replace table compared as select {', '.join(columns)} from record {joins}")


def _compared_columns(settings: dict[str, Any]) -> set[str]:
    levels = [level for comparison in settings["comparisons"] for level in comparison["comparison_levels"]]
    return {name for level in levels for name in _SIDE.findall(level["sql_condition"])}
