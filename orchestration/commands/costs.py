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

    from orchestration import installation
    from valuation.ledger import summary

    found = summary(installation.home(), by=by, run=run_id, since=since)
    table = Table(by, "runs", "CPU seconds", "GB hours", "GB months", "person-days", "£", title="Cost ledger")
    for column in table.columns[1:]:
        column.justify = "right"
    for line in found:
        table.add_row(
            line.name,
            f"{line.runs:,}",
            f"{line.cpu_seconds:,.1f}",
            f"{line.memory_gb_hours:,.4f}",
            f"{line.storage_gb_months:,.6f}",
            f"{line.person_days:,.1f}",
            f"{line.billed_gbp:,.6f}",
        )
    table.add_section()
    table.add_row("all", *[""] * 5, f"{sum(line.billed_gbp for line in found):,.6f}", style="bold")
    Console().print(table)
