"""Forecasts kept beside what happened: `economics.run_input` and `economics.run_forecast`, and nights gone by.

A forecast waits in the state folder until its run is at its end: the warehouse may not be there before.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from settings import duck
from settings.files import read_json, write_json
from settings.paths import Home
from valuation.forecast import Forecast, Past

TABLES = """
create schema if not exists economics;
create table if not exists economics.run_input (
    run_id varchar not null, as_of date not null, dataset varchar not null, bytes bigint not null,
    primary key (run_id, dataset)
);
create table if not exists economics.run_forecast (
    run_id varchar not null, as_of date not null, asset_key varchar not null, input_bytes bigint not null,
    basis varchar not null, forecast_seconds double not null, forecast_gbp double not null,
    actual_seconds double, actual_gbp double,
    primary key (run_id, asset_key)
)"""
# The assets of one step share its period; its wall time is theirs by CPU seconds.
ACTUAL = """
with used as (
    select
        run_id, asset_key, ChargePeriodStart, ChargePeriodEnd,
        date_diff('microsecond', ChargePeriodStart, ChargePeriodEnd) / 1e6 as wall_seconds,
        coalesce(sum(ConsumedQuantity) filter (where resource = 'cpu'), 0)::double as cpu_seconds,
        sum(BilledCost)::double as gbp
    from economics.cost_entry
    where ChargeCategory = 'Usage'
    group by all
)
select
    run_id, asset_key, gbp,
    wall_seconds * case
        when sum(cpu_seconds) over step > 0 then cpu_seconds / sum(cpu_seconds) over step
        else 1.0 / count(*) over step
    end as seconds
from used
window step as (partition by run_id, ChargePeriodStart, ChargePeriodEnd)"""
PAST = f"""
with total as (select run_id, sum(bytes)::bigint as bytes from economics.run_input group by run_id)
select
    actual.run_id, actual.asset_key,
    case when actual.asset_key like 'raw/%' then coalesce(own.bytes, 0) else total.bytes end as input_bytes,
    actual.seconds, actual.gbp
from ({ACTUAL}) as actual
inner join total on actual.run_id = total.run_id
left join economics.run_input as own
    on actual.run_id = own.run_id and actual.asset_key = 'raw/' || own.dataset
order by actual.run_id, actual.asset_key"""
FILL = f"""
create or replace temp table actual as {ACTUAL};
update economics.run_forecast set
    actual_seconds = found.seconds,
    actual_gbp = found.gbp
from (
    select told.run_id, told.asset_key, sum(actual.seconds) as seconds, sum(actual.gbp) as gbp
    from economics.run_forecast as told
    inner join actual on told.run_id = actual.run_id and actual.asset_key glob told.asset_key
    group by all
) as found
where run_forecast.run_id = found.run_id and run_forecast.asset_key = found.asset_key"""
HISTORY = """
select
    run_id, any_value(as_of)::varchar as as_of, max(input_bytes) as input_bytes,
    sum(forecast_seconds) as forecast_seconds, sum(actual_seconds) as actual_seconds,
    sum(forecast_gbp) as forecast_gbp, sum(actual_gbp) as actual_gbp
from economics.run_forecast
where actual_seconds is not null
group by run_id
order by min(rowid)"""


@dataclass(frozen=True)
class RunForecast:
    """One run: bytes of new files, seconds of work and pounds of compute, as foretold and as they came."""

    run_id: str
    as_of: str
    input_bytes: int
    forecast_seconds: float
    actual_seconds: float
    forecast_gbp: float
    actual_gbp: float


def read_past(home: Home) -> list[Past]:
    """What every asset took in every run whose new files are known; [] before the first."""
    return [Past(*row) for row in _read(home, PAST, "run_input")]


def read_history(home: Home) -> list[RunForecast]:
    """Forecast and outcome of each run, oldest first, over the assets that it made."""
    return [RunForecast(*row) for row in _read(home, HISTORY, "run_forecast")]


def keep(home: Home, run_id: str, *, as_of: str, new_bytes: Mapping[str, int], told: Collection[Forecast]) -> None:
    """Remember what was foretold of the run that begins."""
    lines = [asdict(line) for line in told]
    write_json(
        home.state / "forecast.json", {"run_id": run_id, "as_of": as_of, "bytes": dict(new_bytes), "told": lines}
    )


def write_run_forecast(home: Home, run_id: str) -> int:
    """Put the run's forecast into the tables and what came of every run beside it. Returns the rows of this run."""
    kept = read_json(home.state / "forecast.json")
    if not kept or kept["run_id"] != run_id:
        return 0
    with duck.connect(home.warehouse_db) as connection:
        connection.execute(TABLES)
        connection.execute("begin")
        inputs = [[run_id, kept["as_of"], dataset, size] for dataset, size in sorted(kept["bytes"].items())]
        told = [
            [run_id, kept["as_of"], *(line[name] for name in ("asset_key", "input_bytes", "basis", "seconds", "gbp"))]
            for line in kept["told"]
        ]
        _replace(connection, "run_input", inputs)
        _replace(connection, "run_forecast", [[*line, None, None] for line in told])
        connection.execute(FILL)
        connection.execute("commit")
    return len(told)


def _replace(connection: Any, table: str, rows: list[list[Any]]) -> None:
    """The rows of a run in one table, whether it was there before (a retry) or not."""
    if rows:
        marks = ", ".join(["(" + ", ".join("?" * len(rows[0])) + ")"] * len(rows))
        values = [value for row in rows for value in row]
        connection.execute(f"insert or replace into economics.{table} values {marks}", values)


def _read(home: Home, sql: str, table: str) -> list[tuple[Any, ...]]:
    if not home.warehouse_db.exists():
        return []
    with duck.connect(home.warehouse_db, read_only=True) as connection:
        is_there = duck.has_table(connection, "economics", table)
        found: list[tuple[Any, ...]] = connection.execute(sql).fetchall() if is_there else []
    return found
