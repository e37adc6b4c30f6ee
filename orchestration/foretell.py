"""Before a run's work begins: what it is thought to take and cost, in the log and kept for its end.

The forecast is `valuation/forecast.py`; what came of it is asset `economics/run_forecast`.
"""

from collections.abc import Mapping
from contextlib import suppress

from ingestion.contract import Contract
from ingestion.state import new_bytes
from orchestration.step import progress
from settings.errors import UserError
from settings.paths import Home, Region
from valuation.effort import read_efforts
from valuation.forecast import SHIPPED, Forecast, forecast
from valuation.forecast_tables import keep, read_past
from valuation.rates import read_rates


def foretell(home: Home, region: Region, contracts: Mapping[str, Contract], *, as_of: str, run_id: str) -> None:
    """Say it in one line and keep it. A wrong file of the region is told by the step that needs it, not here."""
    with suppress(UserError):
        sizes, told = tonight(home, region, contracts, as_of=as_of)
        keep(home, run_id, as_of=as_of, new_bytes=sizes, told=told)
        if told:
            progress.info("forecast: %s", in_words(sizes, told))


def tonight(
    home: Home, region: Region, contracts: Mapping[str, Contract], *, as_of: str
) -> tuple[dict[str, int], list[Forecast]]:
    """Bytes of new files by data set, and the forecast of a run now. Raises RegionError for a wrong table of costs."""
    sizes = {dataset: new_bytes(contract, home, as_of=as_of) for dataset, contract in sorted(contracts.items())}
    efforts, rates = read_efforts(region.costs, as_of=as_of), read_rates(region.costs, as_of=as_of)
    return sizes, forecast(sizes, read_past(home), efforts, rates)


def in_words(sizes: Mapping[str, int], told: list[Forecast]) -> str:
    """One line: what is new, how long, how much, and what that is based on."""
    seconds, gbp = sum(line.seconds for line in told), sum(line.gbp for line in told)
    shipped = sum(line.basis == SHIPPED for line in told)
    if shipped == len(told):
        basis = "no such night before: from shipped figures"
    else:
        basis = "from past runs" + (f", {shipped} layer(s) from shipped figures" if shipped else "")
    return (
        f"{sum(sizes.values()) / 1e6:,.2f} MB of new files, {seconds:,.0f} s of work, £{gbp:.6f} of compute ({basis})"
    )
