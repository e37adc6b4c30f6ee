"""`python -m bench.linkage`: training, a full linkage and a night that changes 1 %, beside plain Splink.

Each step is a process of its own, measured whole (`measure.py`); what a step does is `linkage_steps.py`.
"""

import sys
import tempfile
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from bench.__main__ import RECORDS_PER_PERSON, REGION, _remove, _write_demo
from bench.measure import measure
from bench.product import run_product
from bench.report import GB
from demo.write import MINIMUM_PEOPLE
from settings.duck import connect, quoted
from settings.paths import Home

# What is timed, in turn; one record in a hundred is changed before the night that is the product's second `link`.
TIMED = (("train", "train"), ("full link", "link"), ("plain Splink", "plain"), ("", "change"), ("1 % night", "link"))


AS_OF = "2026-06-01"


@click.command()
@click.option("--records", type=click.IntRange(2_500), default=1_000_000, show_default=True)
@click.option("--data", type=click.Path(exists=True, file_okay=False, path_type=Path), help="A home that has run.")
def main(records: int, data: Path | None) -> None:
    """Time linkage at about RECORDS records of a demo region, or on the person records of a home that has run."""
    console = Console()
    folder = Path(tempfile.mkdtemp(prefix="mvld-bench-linkage-")).resolve()
    try:
        source = Home(data) if data else _demo(folder, records)
        home = Home(folder / "linked")
        count = _copy_records(source, home)
        table = Table("", "wall s", "CPU s", "peak GB", title=f"{count:,} records")
        for title, step in TIMED:
            command = [sys.executable, "-m", "bench.linkage_steps", step, str(home.root), str(REGION.policies), AS_OF]
            used = measure(command, environment={}, log=folder / f"{step}.log")
            if title:
                table.add_row(
                    title, f"{used.wall_seconds:.1f}", f"{used.cpu_seconds:.1f}", f"{used.peak_bytes / GB:.2f}"
                )
        console.print(table)
    finally:
        _remove(folder)


def _demo(folder: Path, records: int) -> Home:
    """A demo region whose first night has run, for its person records."""
    home = Home(folder / "home")
    _write_demo(home, max(MINIMUM_PEOPLE, round(records / RECORDS_PER_PERSON)))
    run_product(home, REGION)
    return home


def _copy_records(source: Home, home: Home) -> int:
    """Only the person records: nothing was ever linked in `home`."""
    with connect(home.identity_db) as connection:
        connection.execute(f"attach {quoted(source.identity_db)} as source (read_only)")
        connection.execute("create schema identity")
        connection.execute("create table identity.person_records as from source.identity.person_records")
        count: int = connection.execute("select count(*) from identity.person_records").fetchone()[0]
    return count


if __name__ == "__main__":
    main()
