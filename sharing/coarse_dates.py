"""Dates of row-level tiers at the precision that policy and agreement allow, as SQL expressions."""

from collections.abc import Callable, Collection, Mapping

from settings.duck import identifier, quoted

DATES = ("valid_from", "valid_to", "event_date", "value_date")
MONTHS = ("last_contact_month", "rag_month", "code_month")  # text, YYYY-MM
FINER_THAN_QUARTER = ("day", "month")


def coarse_column(
    name: str, precisions: Mapping[str, str], *, date_measures: Collection[tuple[str, str]] = ()
) -> str | None:
    """The SQL of one column at each data set's precision, or None where the column is no date.

    precisions: data set -> day, month, quarter or year. date_measures: (data set, measure) whose code is a month.
    """
    if name in DATES:
        return _by_dataset(name, precisions, _date, leave=("day",))
    if name in MONTHS:
        return _by_dataset(name, precisions, _month, leave=FINER_THAN_QUARTER)
    coarse = {dataset: precisions[dataset] for dataset, _ in date_measures if dataset in precisions}
    if name == "code" and any(precision not in FINER_THAN_QUARTER for precision in coarse.values()):
        pairs = ", ".join(f"({quoted(dataset)}, {quoted(measure)})" for dataset, measure in sorted(date_measures))
        expression = _by_dataset(name, coarse, _month, leave=FINER_THAN_QUARTER)
        return f"case when (dataset, measure) in ({pairs}) then {expression} else {identifier(name)} end"
    return None


def _by_dataset(
    name: str, precisions: Mapping[str, str], coarse: Callable[[str, str], str], *, leave: Collection[str]
) -> str:
    column = identifier(name)
    branches = [
        f"when {quoted(dataset)} then {coarse(column, precision)}"
        for dataset, precision in sorted(precisions.items())
        if precision not in leave
    ]
    return f"case dataset {' '.join(branches)} else {column} end" if branches else column


def _date(column: str, precision: str) -> str:
    return f"date_trunc({quoted(precision)}, {column})::date"


def _month(column: str, precision: str) -> str:
    year = f"left({column}, 4)"
    return year if precision == "year" else f"{year} || '-Q' || ((right({column}, 2)::integer + 2) // 3)"
