"""`python -m bench`: the product and the same work done bare, one after the other, at each size."""

import json
import multiprocessing
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import click
from rich.console import Console

from bench.bare import GEOGRAPHY, OUTCOME, QUERIES
from bench.compiled import compile_queries
from bench.measure import CommandFailed, Watch, measure
from bench.product import Side, run_product
from bench.report import GB, Result, table_of, write_results
from bench.stages import BETWEEN
from demo.write import MINIMUM_PEOPLE, DemoSummary, write_demo
from settings.errors import UserError
from settings.paths import REPOSITORY, Home, Region

SIZES = (100_000, 1_000_000)
RECORDS_PER_PERSON = 4.03  # of the demo region's first night
REGION = Region(REPOSITORY / "region")
SEED = 1


@click.command()
@click.option("--records", multiple=True, type=click.IntRange(2_500), default=SIZES, show_default=True)
@click.option("--output", type=click.Path(file_okay=False, path_type=Path), help="Folder for bench-results.json.")
@click.option("--sharing", is_flag=True, help="The product makes shares too, the bare work does not.")
@click.option("--keep", is_flag=True, help="Leave the data folders where they are, and say where.")
def main(records: tuple[int, ...], output: Path | None, sharing: bool, keep: bool) -> None:
    """Time the nightly run and the bare work at about as many source records as asked, twice or oftener."""
    console = Console()
    results = []
    for size in records:
        folder = Path(tempfile.mkdtemp(prefix="mvld-bench-")).resolve()
        try:
            result = bench(folder, size, console, sharing=sharing)
        except (CommandFailed, UserError) as error:
            raise click.ClickException(str(error)) from None
        finally:
            if keep:
                console.print(f"kept: {folder}")
            else:
                _remove(folder)
        console.print(table_of(result))
        results.append(result)
    if output:
        console.print(f"written: {write_results(results, output, machine())}")


def bench(folder: Path, records: int, console: Console, *, sharing: bool = False) -> Result:
    """Measure both sides on a fresh region of about `records` source records below `folder`."""
    home, out = Home(folder / "home"), folder / "bare"
    out.mkdir(parents=True)
    people = max(MINIMUM_PEOPLE, round(records / RECORDS_PER_PERSON))
    with console.status(f"{records:,} records: writing the demo region"):
        demo = _write_demo(home, people)
    rows = sum(sum(nights) for nights in demo.rows.values())
    console.print(f"{rows:,} source records written in {demo.seconds:.0f} s")
    with console.status("") as status:
        product = run_product(home, _region(folder / "region", sharing=sharing), watch=_watch(status.update, "product"))
        _say(console, "product", product)
        status.update("asking dbt for its SQL (not timed)")
        as_of = max(demo.extract_dates)
        compile_queries(home, REGION, as_of=as_of, geography=out / GEOGRAPHY, path=out / QUERIES)
        bare = run_bare(home, out, as_of=as_of, watch=_watch(status.update, "bare"))
        _say(console, "bare", bare)
    return Result(people=people, records=rows, product=product, bare=bare)


def _region(copy: Path, *, sharing: bool) -> Region:
    """The demo region without actions, and without groups unless asked: the bare work values and shares nothing."""
    left_out = ("actions",) if sharing else ("actions", "user_groups", "agreements")
    shutil.copytree(REGION.root, copy, ignore=shutil.ignore_patterns(*left_out))
    for name in left_out:
        (copy / name).mkdir()
    return Region(copy)


def run_bare(home: Home, out: Path, *, as_of: str, watch: Watch | None = None) -> Side:
    """Do the bare work in a process of its own; `out` holds the compiled queries. Raises CommandFailed."""
    command = [sys.executable, "-m", "bench.bare", str(home.root), str(REGION.root), str(out), as_of]
    measured = measure(command, environment={}, log=out / "bare.log", watch=watch)
    outcome = json.loads((out / OUTCOME).read_text())
    seconds = outcome["seconds"] | {BETWEEN: measured.wall_seconds - sum(outcome["seconds"].values())}
    return Side(measured, seconds, outcome["tier_rows"])


def machine() -> dict[str, object]:
    """What it was measured on."""
    pages, page = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return {"cores": os.cpu_count(), "memory_gb": round(pages * page / GB, 1), "python": platform.python_version()}


def _write_demo(home: Home, people: int) -> DemoSummary:
    """In a process of its own, so that its memory is free again before anything is measured."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(write_demo, home, people=people, seed=SEED).result()


def _watch(update: Callable[[str], None], name: str) -> Watch:
    def show(seconds: float, resident: int, line: str) -> None:
        update(f"{name}: {seconds:.0f} s, {resident / GB:.2f} GB   {line}")

    return show


def _say(console: Console, name: str, side: Side) -> None:
    used = side.measured
    console.print(f"{name}: {used.wall_seconds:.1f} s, peak {used.peak_bytes / GB:.2f} GB")


def _remove(folder: Path) -> None:
    """Remove `folder`; releases in it are read-only."""
    for path in [folder, *(path for path in folder.rglob("*") if path.is_dir() and not path.is_symlink())]:
        path.chmod(0o700)
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
