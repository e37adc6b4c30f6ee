"""`mvld tiers` and `mvld sql`: look at the release in force."""

import click


@click.command()
def tiers() -> None:
    """Show the 5 x 4 grid of tiers: rows, share of counts withheld, audience, and what each cost."""
    from rich.console import Console
    from rich.table import Table

    from orchestration import installation
    from sharing.grid import tier_grid
    from sharing.release import current
    from sharing.tiers import DETAILS

    home = installation.home()
    table = Table(
        title=f"Tiers of release {current(home).version}: rows, share of counts withheld, user groups, £ of compute"
    )
    table.add_column("level", style="bold")
    for detail in DETAILS:
        table.add_column(detail, justify="right")
    cells: dict[str, dict[str, str]] = {}
    for cell in tier_grid(home):
        share = "" if cell.suppressed_share is None else f"\n{cell.suppressed_share:.0%} withheld"
        cells.setdefault(cell.level, {})[cell.detail] = (
            f"{cell.rows:,}{share}\n{cell.audience} group(s)\n£{cell.cost_gbp:.6f}"
        )
    for level, row in cells.items():
        table.add_row(level, *(row[detail] for detail in DETAILS), end_section=True)
    Console().print(table)


@click.command()
@click.argument("query")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@click.option("--limit", default=100, show_default=True, help="Rows to show; 0 shows all.")
def sql(query: str, as_csv: bool, limit: int) -> None:
    """Ask the release in force, read-only. Tables are tiers.<level>_<detail> and about.*"""
    from orchestration import installation
    from sharing.release import query as ask

    found = ask(installation.home(), query, limit=limit)
    if as_csv:
        import csv
        import sys

        writer = csv.writer(sys.stdout)
        writer.writerow(found.columns)
        writer.writerows(found.rows)
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(*found.columns)
    for row in found.rows:
        table.add_row(*("" if value is None else str(value) for value in row))
    Console().print(table)
    if found.is_cut:
        click.echo(f"first {limit} rows; --limit 0 shows all")
