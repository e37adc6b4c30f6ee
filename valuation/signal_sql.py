"""What each released tier says, as SQL: one row per (key, data set, signal) with a number.

Generic over data sets: measures and codes become signals by their names. A detail's signals include those of lesser
details, as an agreement's ceiling does. Making columns of them is `signals.py`.
"""

from sharing.tiers import DETAILS, LEVELS, PLACE_LEVELS, UNIT_COLUMNS

RELEASE = "release.tiers"  # the schema
KEY = {level: UNIT_COLUMNS[level][0] for level in LEVELS}
MONTHS_AGO = "greatest(0, date_diff('month', ({month} || '-01')::date, {as_of}))"
RECENCY = f"coalesce(1 / (1 + {MONTHS_AGO} / 12.0), 0)"
STATUS = {name: f"(status = '{name}')::double" for name in ("current", "historic", "not_covered")}
RATINGS = ("red", "amber", "green")
RATED = {name: f"(rag = '{name}')::double" for name in RATINGS}


def signals_sql(level: str, *, as_of: str, tiers: str = RELEASE) -> str:
    """A select of (key, dataset, detail, signal, value) over all details of a level; as_of: an SQL date.

    tiers: the schema that holds the tiers.

    Zeros are left out. Counts of people are logarithms of one more, or shares of the people living there; a count
    withheld is 0 beside a signal that says so.
    """
    selects = [_select(level, detail, as_of).replace(RELEASE + ".", tiers + ".") for detail in DETAILS]
    return "select * from (" + " union all ".join(selects) + ") where value is not null and value <> 0"


def _select(level: str, detail: str, as_of: str) -> str:
    if level in PLACE_LEVELS:
        return {"known_to": _place_known_to, "rag": _place_rag, "coded": _place_coded, "full": _place_full}[detail](
            level
        )
    table, key = f"release.tiers.{level}_{detail}", KEY[level]
    if detail == "coded":
        held = "ln(1 + members_with_code)" if level == "household" else "1.0"
        return (
            f"select {key} as key, dataset, 'coded' as detail, measure || '=' || code as signal, {held} as value "
            f"from {table} where code is not null"
        )
    if detail == "full":
        return _full(level, as_of)
    said = dict(STATUS) if detail == "known_to" else dict(RATED)
    if detail == "known_to":
        said["recency"] = RECENCY.format(month="last_contact_month", as_of=as_of)
    if level == "household":
        counts = ("current", "historic") if detail == "known_to" else ("red", "amber")
        said |= {f"members_{name}": f"ln(1 + members_{name})" for name in counts}
    return _listed(table, key, detail, said)


def _listed(table: str, key: str, detail: str, said: dict[str, str]) -> str:
    names = ", ".join(f"'{name}'" for name in said)
    values = ", ".join(f"({value})::double" for value in said.values())
    return (
        f"select {key} as key, dataset, '{detail}' as detail, unnest([{names}]) as signal, unnest([{values}]) as value "
        f"from {table}"
    )


def _full(level: str, as_of: str) -> str:
    """Latest numbers, how often each code ever was, and how many records there are in all and of the last year."""
    key, member = KEY[level], "member_no, " if level == "household" else ""
    table = f"release.tiers.{level}_full"
    day = "coalesce(value_date, event_date, valid_from)"
    record = f"({member}record_no)"
    lately = f"coalesce(event_date, valid_from) > {as_of} - interval 1 year"
    return f"""
        select {key} as key, dataset, 'full' as detail, measure || ' latest' as signal,
            ln(1 + greatest(0, arg_max(value, ({day}, value)))) as value
        from {table} where value is not null group by all
        union all
        select {key}, dataset, 'full', measure || '=' || code || ' ever', ln(1 + count(*))
        from {table} where value is null and code is not null group by all
        union all
        select {key}, dataset, 'full', 'records', ln(1 + count(distinct {record})) from {table} group by all
        union all
        select {key}, dataset, 'full', 'records lately', ln(1 + count(distinct {record}))
        from {table} where {lately} group by all"""


def _living(level: str) -> str:
    key = KEY[level]
    return (
        f"(select {key}, max(people_living)::double as living from release.tiers.{level}_known_to group by 1) "
        f"as home using ({key})"
    )


def _place_known_to(level: str) -> str:
    said = {f"share_{name}": f"people_{name} / nullif(people_living, 0)" for name in ("current", "historic")}
    said["withheld"] = "(people_current_reason = 'below_threshold')::double"
    return _listed(f"release.tiers.{level}_known_to", KEY[level], "known_to", said)


def _place_rag(level: str) -> str:
    said = {f"share_{name}": f"people_{name} / nullif(living, 0)" for name in RATINGS}
    said |= {f"place_{name}": f"(place_rag = '{name}')::double" for name in RATINGS[:2]}
    said["red_withheld"] = "(people_red_reason = 'below_threshold')::double"
    return _listed(f"release.tiers.{level}_rag join {_living(level)}", KEY[level], "rag", said)


def _place_coded(level: str) -> str:
    return f"""
        select {KEY[level]} as key, dataset, 'coded' as detail, measure || '=' || code as signal,
            people / nullif(living, 0) as value
        from release.tiers.{level}_coded join {_living(level)} where code is not null"""


def _place_full(level: str) -> str:
    """The distribution of each number among the place's people."""
    names = ("mean", "q1", "median", "q3")
    values = ", ".join(f"ln(1 + greatest(0, value_{name}))" for name in names)
    signals = ", ".join(f"measure || ' {name}'" for name in names)
    return f"""
        select {KEY[level]} as key, dataset, 'full' as detail, unnest([{signals}]) as signal,
            unnest([{values}]) as value
        from release.tiers.{level}_full where age_band = 'all' and sex = 'all' and code = 'all'"""
