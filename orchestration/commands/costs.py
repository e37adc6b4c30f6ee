"""`mvld costs`: the cost ledger, and what a tier or a data set costs, as tables, JSON or a FOCUS file."""

from pathlib import Path
from typing import Any

import click

COLUMNS = ("runs", "CPU s", "GB h", "GB months", "days", "£")  # days of people
EXPLAINED = {
    "own_gbp": "own: of its own asset",
    "cumulative_gbp": "cumulative: with everything that it needs",
    "stand_alone_gbp": "stand-alone: were there nothing else, overhead included",
    "marginal_gbp": "marginal: what nothing else needs",
    "allocated_gbp": "allocated: its share of the whole ledger, by use",
}


@click.command()
@click.option("--by", type=click.Choice(["asset", "resource", "run", "dataset"]), default="asset", show_default=True)
@click.option("--asset", metavar="PATTERN", help="Assets that match only, such as 'tiers/person_*'.")
@click.option("--run", "run_id", metavar="ID", help="One run only: its id, or 'latest'.")
@click.option("--since", metavar="DATE", type=click.DateTime(["%Y-%m-%d"]), help="Charges that began on or after it.")
@click.option("--tier", metavar="TIER", help="What one tier costs, such as ward_rag.")
@click.option("--dataset", metavar="DATASET", help="What one data set costs; with --tier, at that tier.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--export",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the lines as a FOCUS 1.2 file, .csv or .parquet.",
)
def costs(
    by: str,
    asset: str | None,
    run_id: str | None,
    since: Any,
    tier: str | None,
    dataset: str | None,
    as_json: bool,
    export: Path | None,
) -> None:
    """Show what was spent, from the ledger: compute as measured, people as declared."""
    chosen = {"asset": asset, "run": run_id, "since": since and since.date()}
    if tier or dataset:
        if export or any(chosen.values()):
            raise click.UsageError("--tier and --dataset are of the whole ledger: leave the other choices out")
        _show_page(tier, dataset, as_json)
    elif export:
        _export(export, chosen)
    else:
        _show_ledger(by, chosen, as_json)


def _export(path: Path, chosen: dict[str, Any]) -> None:
    from orchestration import installation
    from valuation import focus

    count = focus.export(installation.home(), path, **chosen)
    click.echo(f"{count:,} line(s) of the ledger as FOCUS {focus.VERSION}: {path}")


def _show_ledger(by: str, chosen: dict[str, Any], as_json: bool) -> None:
    from dataclasses import asdict

    from orchestration import installation
    from orchestration.commands.money import pounds, print_json, print_table
    from valuation.spending import summary

    found = summary(installation.home(), by=by, **chosen)
    if as_json:
        print_json([asdict(line) for line in found])
        return
    rows = [
        [
            line.name,
            f"{line.runs:,}",
            f"{line.cpu_seconds:,.1f}",
            f"{line.memory_gb_hours:,.4f}",
            f"{line.storage_gb_months:,.4f}",
            f"{line.person_days:,.2f}",
            pounds(line.billed_gbp),
        ]
        for line in found
    ]
    total = pounds(sum(line.billed_gbp for line in found))
    print_table("Cost ledger", [by, *COLUMNS], rows, total=["all", *[""] * (len(COLUMNS) - 1), total])


def _show_page(tier: str | None, dataset: str | None, as_json: bool) -> None:
    from orchestration import installation
    from orchestration.commands.money import pounds, pounds_that_add_up, print_json, print_table
    from valuation.cost_page import read_page

    page = read_page(installation.home(), tier=tier, dataset=dataset)
    if as_json:
        print_json(page)
        return
    name = " at ".join(part for part in (dataset, tier) if part)
    rows = [[text, pounds(page["cost"][column])] for column, text in EXPLAINED.items()]
    print_table(f"What {name} costs, over the whole ledger", ["cost", "£"], rows)
    if page["cells"]:
        other = "dataset" if tier else "tier"
        borne = pounds_that_add_up([cell["allocated_gbp"] for cell in page["cells"]])
        cells = [
            [cell[other], str(cell["user_groups"]), pounds(cell["marginal_gbp"]), share]
            for cell, share in zip(page["cells"], borne, strict=True)
        ]
        print_table(
            f"Its share by {other.replace('dataset', 'data set')}",
            [other, "user groups", "marginal £", "allocated £"],
            cells,
            total=["all", "", "", pounds(page["cost"]["allocated_gbp"])],
        )
