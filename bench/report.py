"""The figures as a table for the terminal and as JSON. Nothing is measured here."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.table import Table

from bench.product import Side
from bench.stages import PRODUCT_ONLY, STAGES
from settings.files import write_json

GB = 1e9
FILE = "bench-results.json"


@dataclass(frozen=True)
class Result:
    """Both sides at one size."""

    people: int
    records: int  # source records in the files, all data sets
    product: Side
    bare: Side

    @property
    def ratio(self) -> float:
        """How many times the bare work's wall time the product takes."""
        return self.product.measured.wall_seconds / self.bare.measured.wall_seconds

    @property
    def cpu_ratio(self) -> float:
        """The same of CPU seconds, which other work on the machine disturbs less."""
        return self.product.measured.cpu_seconds / self.bare.measured.cpu_seconds

    @property
    def tier_rows(self) -> tuple[int, int]:
        """Rows of all tiers: the product's, the bare work's. They differ by what rejected rows would have made."""
        return sum(self.product.tier_rows.values()), sum(self.bare.tier_rows.values())


def table_of(result: Result) -> Table:
    """Seconds by stage, then the totals of both sides."""
    product, bare = result.product, result.bare
    table = Table(title=f"{result.records:,} source records ({result.people:,} people)", title_justify="left")
    table.add_column("stage")
    for name in ("product", "bare"):
        table.add_column(name, justify="right")
    for stage in (*STAGES, *PRODUCT_ONLY):
        table.add_row(
            stage, *(f"{side.seconds[stage]:.1f} s" if stage in side.seconds else "" for side in (product, bare))
        )
    table.add_section()
    sides = (product.measured, bare.measured)
    table.add_row("wall", *(f"{side.wall_seconds:.1f} s" for side in sides))
    table.add_row("ratio of wall", f"{result.ratio:.2f}", "1")
    table.add_row("CPU", *(f"{side.cpu_seconds:.1f} s" for side in sides))
    table.add_row("ratio of CPU", f"{result.cpu_ratio:.2f}", "1")
    table.add_row("peak memory (RSS)", *(f"{side.peak_bytes / GB:.2f} GB" for side in sides))
    table.add_row("load before, after", *(" ".join(f"{load:.1f}" for load in side.load) for side in sides))
    table.add_row("rows in the tiers", *(f"{rows:,}" for rows in result.tier_rows))
    return table


def write_results(results: list[Result], folder: Path, machine: dict[str, Any]) -> Path:
    """Write `bench-results.json` and return its path. Seconds and bytes, unrounded."""
    path = folder / FILE
    sizes = [asdict(result) | {"ratio": result.ratio, "cpu_ratio": result.cpu_ratio} for result in results]
    write_json(path, {"machine": machine, "sizes": sizes})
    return path
