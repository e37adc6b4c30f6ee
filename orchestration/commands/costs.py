"""`mvld costs`: the cost ledger as a table."""

import click


@click.command()
@click.option("--by", type=click.Choice(["asset", "resource", "run", "dataset"]), default="asset", show_default=True)
@click.option("--run", "run_id", help="One run only: its id, or 'latest'.")
@click.option("--since", metavar="DATE", help="Charges that started on or after this ISO date.")
def costs(by: str, run_id: str | None, since: str | None) -> None:
    """Show what was spent, from the ledger: compute as measured, people as declared."""
    from rich.console import Console
    from rich.table import Table
    from valuation.ledger import summary

    from orchestration import installation

    found = summary(installation.home(), by=by, run=run_id, since=since)
    table = Table(by, "entries", "CPU s", "written", "£", title="Cost ledger")
    for column in table.columns[1:]:
        column.justify = "right"
    for row in found:
        table.add_row(row.name, f"{row.entries:,}", f"{row.cpu_seconds:,.1f}", f"{row.bytes:,}", f"{row.cost_gbp:,.4f}")
    table.add_section()
    table.add_row("all", "", "", "", f"{sum(row.cost_gbp for row in found):,.4f}", style="bold")
    Console().print(table)
