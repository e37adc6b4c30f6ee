"""`mvld run`: one night, now, recorded where the Dagster UI finds it."""

import logging
import sys
import time
import uuid
from typing import Any

import click

from orchestration.commands.iso_date import ISO_DATE

# what the machine, not the code, got wrong: words of its error, and what to do
MACHINE = (
    ("No space left on device", "the disk is full; make room and run again, what was finished is kept"),
    ("Out of Memory Error", "there was not enough memory; stop other programs and run again"),
    ("Permission denied", "a file of the home may not be written; see its owner and mode"),
    ("Could not set lock on file", "another program has a database of the home open; close it and run again"),
)


@click.command()
@click.option(
    "--as-of", type=ISO_DATE, help="Judge by this ISO date, to replay a night. Default: the latest extract's date."
)
@click.option("--quiet", is_flag=True, help="Print only the outcome.")
def run(as_of: str | None, quiet: bool) -> None:
    """Run the nightly job: ingest, check, link, build, publish. Ends with where to look."""
    from orchestration import installation
    from orchestration.instance import instance

    started = time.monotonic()
    _show_progress(quiet)
    from orchestration.definitions import defs
    from orchestration.night import settled_date
    from orchestration.open_storage import kept_open, quick_commits
    from settings.database_keys import UNPROTECTED, is_encrypting

    if not is_encrypting() and not quiet:
        click.secho(UNPROTECTED, fg="yellow", err=True)
    # a wrong contract or agreement, or an empty landing folder, is told plainly before Dagster loads
    installation.user_groups()
    settled_date(as_of)

    job = defs().resolve_job_def("nightly")
    config = {
        "resources": {"night": {"config": {"as_of": as_of} if as_of else {}}},
        "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
    }
    home, run_id = installation.home(), str(uuid.uuid4())
    with instance(home) as recorded, quick_commits(), kept_open(home.dagster, run_id):
        result = job.execute_in_process(
            run_config=config, instance=recorded, raise_on_error=False, tags={"by": "mvld run"}, run_id=run_id
        )
    seconds = time.monotonic() - started
    if not result.success:
        _explain(result)
        click.secho(
            f"The run failed after {seconds:.0f} s. The release in force before it still is.", fg="red", err=True
        )
        sys.exit(1)
    _say_where_to_look(seconds)


def _show_progress(quiet: bool) -> None:
    logger = logging.getLogger("mvld.progress")
    logger.setLevel(logging.CRITICAL if quiet else logging.INFO)
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(logging.Formatter("%(asctime)s  %(message)s", datefmt="%H:%M:%S"))
    logger.addHandler(handler)
    logger.propagate = False


def _explain(result: Any) -> None:
    """Name each failed step with its message."""
    for event in result.all_events:
        if event.is_step_failure:
            reason = _reason(event.step_failure_data)
            click.secho(f"{event.step_key}: {reason}", fg="red", err=True)


def _reason(failure: Any) -> str:
    """What the step's author said went wrong; for a bug, the innermost error's kind and no value of a row."""
    if failure.user_failure_data and failure.user_failure_data.description:
        return str(failure.user_failure_data.description)
    error = failure.error
    while error and error.cause:
        error = error.cause
    if plain := next((told for said, told in MACHINE if error and said in error.message), None):
        return plain
    return f"{error.cls_name if error else 'unknown error'} (a bug: the run's page in the UI has the whole error)"


def _say_where_to_look(seconds: float) -> None:
    from orchestration import installation
    from sharing.release import current
    from valuation.report.site import report_path

    home = installation.home()
    released = current(home)
    click.secho(f"\nPublished {released.version} in {seconds:.0f} s.", bold=True)
    click.echo(
        f'  tiers     {released.path / "linked.duckdb"}    try: mvld tiers, mvld sql "from tiers.ward_rag limit 5"'
    )
    click.echo(f"  report    {report_path(home)}    or: mvld report --open")
    click.echo(f"  others    {home.reports}: data quality, linkage")
    click.echo("  costs     mvld costs")
    click.echo("  the UI    make ui, then http://localhost:3000")
