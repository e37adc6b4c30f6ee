"""`mvld scan`: has anything personal got out of the restricted folders?"""

import sys

import click


@click.command()
def scan() -> None:
    """Look for personal data where none may be: releases, shares, warehouse, reports, logs, Dagster's storage, state.

    Names, birth dates, numbers, phones, e-mails and addresses of the identity store are looked for in every file
    outside landing, identity, truth and geography. Exit code 1 if any is found. Values are counted, never shown.
    """
    from rich.console import Console
    from rich.table import Table

    from orchestration import installation
    from orchestration.run_lock import refuse_during_run
    from sharing.keyed_ids import secret_from_environment
    from sharing.leaks.scan import scan_home

    home = installation.home()
    refuse_during_run(home.state / "run.lock")
    found = scan_home(home, installation.region(), secret=secret_from_environment())
    click.echo(f"{found.files} files searched, {found.places:,} columns and texts in them, for:")
    for kind, values in found.sought.items():
        public = found.public.get(kind, 0)
        click.echo(f"  {kind:<12}{values:>9,}" + (f"   ({public} more are public in this region)" if public else ""))
    if not found.hits:
        click.secho("Nothing found.", bold=True)
        return
    table = Table("file", "table", "column", "kind", "values")
    for hit in found.hits:
        table.add_row(hit.file, hit.table, hit.column, hit.kind, f"{hit.values:,}")
    Console().print(table)
    click.secho(f"Personal data in {len({hit.file for hit in found.hits})} file(s).", fg="red", err=True)
    sys.exit(1)
