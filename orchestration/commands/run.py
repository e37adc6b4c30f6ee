"""`mvld run`: one night, now, recorded where the Dagster UI finds it."""

import logging
import sys
import time

import click


@click.command()
@click.option(
    "--as-of", metavar="DATE", help="Judge by this ISO date, to replay a night. Default: the latest extract's date."
)
@click.option("--quiet", is_flag=True, help="Print only the outcome.")
def run(as_of: str | None, quiet: bool) -> None:
    """Run the nightly job: ingest, check, link, build, publish. Ends with where to look."""
    from orchestration import installation
    from orchestration.instance import instance

    started = time.monotonic()
    _show_progress(quiet)
    installation.contracts()  # a wrong contract is told plainly, before Dagster loads
    from orchestration.definitions import defs

    job = defs().resolve_job_def("nightly")
    config = {
        "resources": {"night": {"config": {"as_of": as_of} if as_of else {}}},
        "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
    }
    with instance(installation.home()) as recorded:
        result = job.execute_in_process(
            run_config=config, instance=recorded, raise_on_error=False, tags={"by": "mvld run"}
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
    from rich.logging import RichHandler

    logger = logging.getLogger("mvld.progress")
    logger.setLevel(logging.ERROR if quiet else logging.INFO)
    logger.addHandler(RichHandler(show_level=False, show_path=False, highlighter=None, omit_repeated_times=False))
    logger.propagate = False


def _explain(result: object) -> None:
    """Name each failed step with its message; blocking checks that failed with their counts."""
    for event in result.all_events:  # type: ignore[attr-defined]
        if event.is_step_failure:
            data = event.step_failure_data
            reason = (data.user_failure_data and data.user_failure_data.description) or (
                data.error and data.error.to_string().splitlines()[0]
            )
            click.secho(f"{event.step_key}: {reason}", fg="red", err=True)
        elif event.is_asset_check_evaluation if hasattr(event, "is_asset_check_evaluation") else False:
            check = event.asset_check_evaluation_data
            if check.blocking and not check.passed:
                click.secho(
                    f"{check.asset_key.to_user_string()}: blocking check {check.check_name} failed", fg="red", err=True
                )


def _say_where_to_look(seconds: float) -> None:
    from orchestration import installation
    from sharing.release import current

    home = installation.home()
    released = current(home)
    click.secho(f"\nPublished {released.version} in {seconds:.0f} s.", bold=True)
    click.echo(
        f'  tiers     {released.path / "linked.duckdb"}    try: mvld tiers, mvld sql "from tiers.ward_rag limit 5"'
    )
    click.echo(f"  reports   {home.reports}")
    click.echo("  costs     mvld costs")
    click.echo("  the UI    make ui, then http://localhost:3000")
