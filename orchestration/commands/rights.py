"""`mvld erase` and `mvld subject-report`: what a person may ask for."""

from datetime import UTC, datetime
from pathlib import Path

import click


@click.command()
@click.argument("person_id", required=False)
@click.option("--nhs-number", help="Whom, by NHS number. It stays in your shell's history: prefer the id.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--run/--no-run", default=True, show_default=True, help="Publish a release without the person at once.")
def erase(person_id: str | None, nhs_number: str | None, yes: bool, run: bool) -> None:
    """Remove a person from every layer, for good. Partners may go on sending them: they are left out on arrival.

    The release in force is replaced by one without the person, or withdrawn with --no-run or where the run fails.
    """
    from orchestration import installation
    from orchestration.night import settled_date
    from orchestration.run_lock import one_run_at_a_time
    from rights.erase import erase as remove_person
    from rights.erase import interrupted, withdraw
    from rights.person import find_person

    home = installation.home()
    with one_run_at_a_time(home.state / "run.lock"):
        begun = interrupted(home)
        if begun:
            click.echo(
                f"The erasure of {begun.person_id} was interrupted and is ended first. Nobody else is erased now."
            )
        found = begun or find_person(home, person_id=person_id, nhs_number=nhs_number)
        told = ", ".join(f"{dataset} {count}" for dataset, count in found.records.items())
        if not (yes or begun):
            click.confirm(f"{found.person_id}: {told}. Remove this person from every layer, for good?", abort=True)
        receipt = remove_person(
            home,
            installation.contracts(),
            found,
            policies=installation.region().policies,
            as_of=settled_date(None),
            erased_at=datetime.now(UTC).isoformat(timespec="seconds"),
        )
    click.echo(
        f"Erasure {receipt.number}: {receipt.rows} row(s) of {receipt.snapshots} snapshot(s), "
        f"{sum(receipt.store_rows.values())} row(s) of the identity store, {receipt.quarantined_files} file(s) of "
        f"rejected rows and {receipt.landing_files} landing file(s) are gone."
    )
    published = False
    try:
        if run:
            click.get_current_context().invoke(_run(), as_of=None, quiet=True)
            published = True
    finally:
        withdrawn = withdraw(home, keep_current=published)
        click.echo(
            f"{withdrawn} release(s) that held the person are removed. "
            + ("The one in force does not." if published else "None is in force: `mvld run` publishes the next.")
        )


def _run() -> click.Command:
    from orchestration.commands.run import run

    return run


@click.command("subject-report")
@click.argument("person_id", required=False)
@click.option("--nhs-number", help="Whom, by NHS number. It stays in your shell's history: prefer the id.")
@click.option(
    "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="A new .html or .json file."
)
def subject_report(person_id: str | None, nhs_number: str | None, output: Path) -> None:
    """Write all that is held about a person into a file that only you can read: for an access request."""
    from orchestration import installation
    from orchestration.run_lock import refuse_during_run
    from rights.person import find_person
    from rights.subject_report import collect, write_report

    home = installation.home()
    refuse_during_run(home.state / "run.lock")
    found = find_person(home, person_id=person_id, nhs_number=nhs_number)
    report = collect(home, installation.region(), installation.contracts(), found)
    write_report(report, output)
    click.echo(f"{output}: {sum(found.records.values())} records of {len(found.records)} data sets, mode 0600.")
