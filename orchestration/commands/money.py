"""How the commands about money print: pounds, tables, JSON. What they print is decided elsewhere."""

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import click

from valuation.remainders import in_units

PENNY = Decimal("0.01")


def pounds(amount: Decimal | float) -> str:
    """Pounds and pence from a pound on; below that to the millionth, which is what a night's compute costs."""
    return f"{amount:,.2f}" if not amount or abs(float(amount)) >= 1 else f"{amount:,.6f}"


def pounds_that_add_up(amounts: Sequence[Decimal]) -> list[str]:
    """As `pounds`, in pennies that add up to what their total is shown as. None of them is negative."""
    return [pounds(part) for part in (in_units(amounts, PENNY) if sum(amounts, Decimal(0)) >= 1 else amounts)]


def print_json(value: Any) -> None:
    """JSON for other programs. Money stays exact: it is written as text."""
    click.echo(json.dumps(value, indent=1, default=str))


def print_table(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], *, total: Sequence[str] | None = None
) -> None:
    """A table with text on the left and numbers on the right."""
    from rich.console import Console
    from rich.table import Table

    table = Table(*columns, title=title)
    table.columns[0].overflow, table.columns[0].min_width = "fold", 8
    for column in table.columns[1:]:
        column.justify, column.no_wrap = "right", True
    for row in rows:
        table.add_row(*row)
    if total:
        table.add_section()
        table.add_row(*total, style="bold")
    Console().print(table)
