"""What a run will take and cost, from past runs and from how much new there is in the landing folder.

Arithmetic only: what happened before is read, and what was foretold kept, by `forecast_tables.py`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from statistics import median

from valuation.effort import Effort
from valuation.entries import SECONDS_PER_HOUR
from valuation.rates import Rate

SHIPPED = "shipped figures"


@dataclass(frozen=True)
class Past:
    """What an asset took in one run, and how many bytes of new files there were for it."""

    run_id: str
    asset_key: str
    input_bytes: int
    seconds: float
    gbp: float


@dataclass(frozen=True)
class Forecast:
    """What an asset, or a layer (`raw/*`) that no past night tells of, is thought to take."""

    asset_key: str
    input_bytes: int
    seconds: float
    gbp: float
    basis: str  # SHIPPED, or `3 runs`


def forecast(
    new_bytes: Mapping[str, int], past: Collection[Past], efforts: Mapping[str, Effort], rates: Mapping[str, Rate]
) -> list[Forecast]:
    """One line per asset that some past night like this one made, and per layer that none did.

    new_bytes: data set -> bytes of files not yet taken in. A night is like this one if both, or neither, have new
    files for the asset. Of such nights the median ratio of what was taken to what the layer's figures say for their
    size, times what these say for tonight's: few nights are enough, an odd one does no harm, and size counts.
    """
    like: dict[str, list[Past]] = {}
    for item in past:
        if (item.input_bytes > 0) == (bytes_for(item.asset_key, new_bytes) > 0):
            like.setdefault(item.asset_key, []).append(item)
    found = [_from_past(asset, like[asset], new_bytes, efforts) for asset in sorted(like)]
    known = {_layer(asset) for asset in like}
    total = sum(new_bytes.values())
    for layer, effort in sorted(efforts.items()):
        if layer not in known:
            seconds = effort.seconds(total)
            found.append(Forecast(f"{layer}/*", total, seconds, _shipped_gbp(effort, seconds, rates), SHIPPED))
    return found


def bytes_for(asset_key: str, new_bytes: Mapping[str, int]) -> int:
    """A raw asset takes in its own data set's files; every other one follows from all of them."""
    layer, name = asset_key.split("/", 1)
    return new_bytes.get(name, 0) if layer == "raw" and name != "*" else sum(new_bytes.values())


def _from_past(
    asset: str, nights: Collection[Past], new_bytes: Mapping[str, int], efforts: Mapping[str, Effort]
) -> Forecast:
    effort, size = efforts.get(_layer(asset)), bytes_for(asset, new_bytes)

    def expected(input_bytes: int) -> float:
        return (effort.seconds(input_bytes) if effort else 1.0) or 1.0

    runs = f"{len(nights)} run{'' if len(nights) == 1 else 's'}"
    seconds, gbp = (
        median(value / expected(night.input_bytes) for night, value in values) * expected(size)
        for values in ([(night, night.seconds) for night in nights], [(night, night.gbp) for night in nights])
    )
    return Forecast(asset, size, seconds, gbp, runs)


def _shipped_gbp(effort: Effort, seconds: float, rates: Mapping[str, Rate]) -> float:
    """One core busy all the time, and the layer's memory held."""
    memory = effort.memory_gb * float(rates["memory"].unit_price_gbp) / SECONDS_PER_HOUR
    return seconds * (float(rates["cpu"].unit_price_gbp) + memory)


def _layer(asset_key: str) -> str:
    return asset_key.split("/", 1)[0]
