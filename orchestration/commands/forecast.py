"""`mvld forecast`: what the next run will take and cost, and how earlier forecasts did."""

from typing import Any

import click

from orchestration.commands.iso_date import ISO_DATE


@click.command()
@click.option("--as-of", type=ISO_DATE, help="Of a run as of this ISO date. Default: the latest extract's date.")
@click.option("--history", is_flag=True, help="Forecast against outcome of the runs so far.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def forecast(as_of: str | None, history: bool, as_json: bool) -> None:
    """Price a run before it starts, from past runs and the files in the landing folder."""
    if history:
        _show_history(as_json)
    else:
        _show_tonight(as_of, as_json)


def _show_tonight(as_of: str | None, as_json: bool) -> None:
    from dataclasses import asdict

    from orchestration import installation
    from orchestration.commands.money import print_json, print_table
    from orchestration.foretell import in_words, tonight
    from orchestration.night import settled_date

    date = settled_date(as_of)
    sizes, told = tonight(installation.home(), installation.region(), installation.contracts(), as_of=date)
    if as_json:
        print_json({"as_of": date, "new_bytes": sizes, "forecast": [asdict(line) for line in told]})
        return
    layers: dict[str, list[Any]] = {}
    for line in told:
        layers.setdefault(line.asset_key.split("/")[0], []).append(line)
    rows = [
        [
            layer,
            f"{sum(line.seconds for line in lines):,.1f}",
            f"{sum(line.gbp for line in lines):,.6f}",
            " to ".join(sorted({line.basis for line in lines}, key=len)[:2]),
        ]
        for layer, lines in layers.items()
    ]
    total = [f"{sum(line.seconds for line in told):,.1f}", f"{sum(line.gbp for line in told):,.6f}"]
    print_table(
        f"A run as of {date}", ["layer", "seconds of work", "£ of compute", "from"], rows, total=["all", *total, ""]
    )
    click.echo(in_words(sizes, told))


def _show_history(as_json: bool) -> None:
    from dataclasses import asdict

    from orchestration import installation
    from orchestration.commands.money import print_json, print_table
    from valuation.forecast_tables import read_history

    found = read_history(installation.home())
    if as_json:
        print_json([asdict(line) for line in found])
        return
    rows = [
        [
            line.run_id[:8],
            line.as_of,
            f"{line.input_bytes / 1e6:,.2f}",
            f"{line.forecast_seconds:,.0f}",
            f"{line.actual_seconds:,.0f}",
            f"{line.forecast_gbp:.6f}",
            f"{line.actual_gbp:.6f}",
            f"{line.actual_gbp / line.forecast_gbp:.2f}" if line.forecast_gbp else "",
        ]
        for line in found
    ]
    columns = ["run", "as of", "MB", "told s", "took s", "told £", "cost £", "ratio"]
    print_table("Forecasts and what came of them; ratio: cost to told", columns, rows)
