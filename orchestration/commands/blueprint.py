"""`mvld blueprint`: which data to share with whom, at which tier, in which order, and what it costs and is worth."""

from typing import Any

import click

from orchestration.commands.iso_date import ISO_DATE


@click.command()
@click.option(
    "--from",
    "starts_from",
    type=click.Choice(["nothing", "today"]),
    help="Draw it as though nothing were shared yet, or from today's agreements. Default: the region's setting.",
)
@click.option(
    "--as-of", type=ISO_DATE, help="Judge agreements and prices by this ISO date. Default: the latest extract's."
)
@click.option("--refused/--no-refused", default=True, show_default=True, help="Also show what was refused, and why.")
def blueprint(starts_from: str | None, as_of: str | None, refused: bool) -> None:
    """Show the steps in order, what was refused and why, pay-back, and the perfect warehouse beside it."""
    from rich.console import Console

    from orchestration import installation
    from orchestration.night import settled_date
    from settings.errors import UserError
    from valuation.blueprint.draw import blueprint_tables, read_brief

    region, home = installation.region(), installation.home()
    brief = read_brief(region, installation.contracts(), as_of=settled_date(as_of), starts_from=starts_from)
    if brief is None:
        raise UserError("The region wants no blueprint", ["write policies/blueprint.csv: see docs/blueprint.md"])
    rows = blueprint_tables(home, brief)
    if not rows["blueprint_summary"]:
        raise UserError("No action is valued yet", ["run a night with actions: see docs/valuation.md"])
    console = Console()
    _headline(console, rows["blueprint_summary"][0])
    _steps(console, [row for row in rows["blueprint"] if row.is_taken])
    _parties(console, rows["blueprint_party"])
    if refused:
        _refused(console, [row for row in rows["blueprint"] if not row.is_taken])
    _minimal(console, rows["mvld"])
    _case(console, rows["business_case"])


def _headline(console: Any, plan: Any) -> None:
    again = (
        ""
        if plan.people_scale == 1
        else f" (the data have {plan.region_people:,}: values times {plan.people_scale:.1f})"
    )
    console.print(f"Blueprint on {plan.as_of} from {plan.starts_from}, for {plan.authority_people:,} people{again}")
    if not plan.steps:
        return
    paid = f"in year {plan.pay_back_year}" if plan.pay_back_year else f"never within {plan.horizon_years} years"
    console.print(
        f"{plan.steps} step(s) cost {pounds(plan.one_off_gbp)} at first and {pounds(plan.running_year_gbp)} a year, "
        f"and are worth {pounds(plan.value_low_year_gbp)} a year at the 10th percentile "
        f"({pounds(plan.value_year_gbp)} expected).\n"
        f"Peak outlay {pounds(plan.peak_outlay_gbp)}; paid back {paid}; over {plan.horizon_years} years "
        f"{pounds(plan.net_present_gbp)} net, discounted."
    )
    if plan.set_up_days_year:
        console.print(
            f"Set-up takes {plan.set_up_days:,.0f} person-days at {plan.set_up_days_year:,.0f} a year: the last step "
            f"starts in year {plan.last_start_year}; waiting costs {pounds(plan.waiting_gbp)}."
        )
    sure = "proven the best choice" if plan.gap_gbp == 0 else f"at most {pounds(plan.gap_gbp)} from the best choice"
    order = (
        "every order compared"
        if plan.is_order_exact
        else f"at most {plan.order_gap_steps} step(s) finer if ordered otherwise"
    )
    console.print(f"The search: {sure}; {order}.\n")


def _steps(console: Any, rows: list[Any]) -> None:
    table = _table("Steps", "", "what", "£ a year\nP10", "£ once", "£ a year", "£ net\nso far")
    for row in rows:
        net = row.cumulative_value_low_gbp - row.cumulative_cost_gbp
        standing = "permitted" if row.is_permitted else "to be agreed"
        cells = "".join(f"\n+{cell}" for cell in row.new_cells) or "\nnothing new"
        table.add_row(
            str(row.step_no),
            f"{row.action}\nfor {row.user_group}\nfrom year {row.start_year}, {standing}{cells}",
            *(pounds(amount) for amount in (row.value_low_year_gbp, row.one_off_gbp, row.running_year_gbp, net)),
        )
    console.print(table if rows else "No step is worth its cost.\n")


def _parties(console: Any, rows: list[Any]) -> None:
    table = _table("Who pays and gains, present", "body, action, its parts", "£ pays", "£ gains", "£ net")
    for row in rows:
        amounts = (row.present_cost_gbp, row.present_value_low_gbp, row.net_gbp)
        source = "as stated" if row.is_stated else "equal parts"
        parts = f"pays {row.pays_share:.0%}, gains {row.gains_share:.0%}, {source}"
        table.add_row(f"{row.party}\n{row.action}: {parts}", *(pounds(amount) for amount in amounts))
    if rows:
        console.print(table)


def _refused(console: Any, rows: list[Any]) -> None:
    table = _table("Refused", "action", "cells that it would add", "because", "")
    for row in rows:
        table.add_row(row.action, "\n".join(row.new_cells), row.refused_because, row.explanation)
    console.print(table)


def _minimal(console: Any, rows: list[Any]) -> None:
    table = _table(
        "Minimal viable linked data", "chosen from", "keeps", "cells", "£ once", "£ a year", "£ present", "worth a year"
    )
    for row in rows:
        kept = f"{row.share_reached:.0%} for {row.retained_share:.0%}" + ("" if row.is_reached else " (all there is)")
        amounts = (row.one_off_gbp, row.running_year_gbp, row.cost_gbp, row.value_gbp)
        table.add_row(row.terms, kept, f"{len(row.cells)}", *(pounds(amount) for amount in amounts))
    console.print(table)


def _case(console: Any, rows: list[Any]) -> None:
    table = _table(
        "Beside the perfect warehouse, P10",
        "way, by year",
        "£ cost\nso far",
        "discounted",
        "£ net\nso far",
        "discounted",
    )
    years = sorted({1, 3, max(row.year for row in rows)})
    for row in rows:
        if row.year in years:
            amounts = (
                row.cumulative_cost_gbp,
                row.cumulative_discounted_cost_gbp,
                row.cumulative_net_gbp,
                row.cumulative_discounted_net_gbp,
            )
            table.add_row(f"{row.option}, {row.scope}, {row.year}", *(pounds(amount) for amount in amounts))
    console.print(table)


def _table(title: str, *columns: str) -> Any:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(*columns, title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for column in table.columns:
        column.overflow = "fold"
        if "£" in str(column.header) or column.header in ("discounted", "worth a year"):
            column.justify, column.no_wrap = "right", True
    return table


def pounds(amount: float) -> str:
    """Whole pounds."""
    return f"{'-' if amount <= -0.5 else ''}£{abs(amount):,.0f}"
