"""`mvld explain-access`: who may see what, and which clause says so."""

import click

from orchestration.commands.iso_date import ISO_DATE


@click.command()
@click.argument("group")
@click.argument("tier", required=False)
@click.argument("dataset", required=False)
@click.option("--as-of", type=ISO_DATE, help="Judge by this ISO date. Default: the latest extract's date.")
def explain_access(group: str, tier: str | None, dataset: str | None, as_of: str | None) -> None:
    """Say yes or no, with the clause that decides, from the region's files: for a GROUP, one TIER, one DATASET."""
    from rich.console import Console
    from rich.table import Table

    from orchestration import installation
    from orchestration.night import settled_date
    from sharing.access import read_access
    from sharing.explain import explain, in_short

    date = settled_date(as_of)
    access = read_access(installation.region(), installation.contracts(), as_of=date)
    found = explain(access, installation.contracts(), group=group, tier=tier, dataset=dataset)
    if tier and dataset:
        click.echo(f"{'yes' if found[0].is_permitted else 'no'}: {found[0].clause}")
        return
    table = Table("data set", "tiers", "", "clause", title=f"{group} on {date}")
    for line in found:
        colour = "green" if line.is_permitted else "red"
        table.add_row(
            line.dataset, in_short(line.tiers), "yes" if line.is_permitted else "no", line.clause, style=colour
        )
    Console().print(table)
