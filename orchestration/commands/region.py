"""`mvld check-region`: judge every file of the region before a night does."""

from pathlib import Path

import click

from orchestration.commands.iso_date import ISO_DATE


@click.command()
@click.option("--as-of", type=ISO_DATE, help="Judge by this ISO date. Default: the latest extract's, else today.")
@click.option("--notes/--no-notes", default=True, show_default=True, help="Also say what is worth knowing.")
@click.option(
    "--schemas", type=click.Path(file_okay=False, path_type=Path), help="Write the JSON Schemas for editors there."
)
def check_region(as_of: str | None, notes: bool, schemas: Path | None) -> None:
    """Read every file of the region and say all that is wrong, at once, with file, line and remedy."""
    from datetime import UTC, date, datetime

    from ingestion.state import latest_extract_date
    from orchestration import installation
    from settings.errors import RegionError
    from settings.files import write_json
    from sharing.region_check import check_region as check
    from sharing.region_check import schema_files
    from sharing.region_yaml import ERROR, NOTE

    for path, schema in schema_files(schemas).items() if schemas else ():
        write_json(path, schema)
    region, home = installation.region(), installation.home()
    if as_of is None:
        try:
            as_of = latest_extract_date(installation.contracts().values(), home)
        except RegionError:
            as_of = None  # told below, with everything else
    judged_on = date.fromisoformat(as_of) if as_of else datetime.now(UTC).date()
    found = check(region, home, as_of=judged_on)
    for problem in found if notes else ():
        if problem.severity == NOTE:
            click.echo(f"note: {problem}")
    errors = [str(problem) for problem in found if problem.severity == ERROR]
    if errors:
        raise RegionError(f"{len(errors)} problem(s) in the region, judged on {judged_on}", errors)
    click.echo(f"The region's files are sound, judged on {judged_on}.")
