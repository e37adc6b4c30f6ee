"""`python -m bench.shrinkage HOME`: which `expected_variance` tells most of people whom the model did not see.

Every action at every level and in the least and the most detail, on the outcomes of the first window only: what is
judged later is not looked at. Prints the mean log likelihood per outcome by setting; the setting is in the policy.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from ingestion.contract import Contract
from ingestion.contract_reader import read_contracts
from settings.paths import REPOSITORY, Home, Region
from sharing.tiers import LEVELS
from valuation.action_reader import read_actions
from valuation.action_worth import open_valuer
from valuation.actions import Action
from valuation.policy import ValuationPolicy, read_policy
from valuation.units import open_valuation
from valuation.valuer import Valuer

SETTINGS = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
DETAILS = ("known_to", "full")


@click.command()
@click.argument("home", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--as-of", required=True, metavar="DATE", help="ISO date of the night in HOME.")
def main(home: Path, as_of: str) -> None:
    """Compare settings on a demo's home with a finished night."""
    region, console = Region(REPOSITORY / "region"), Console()
    contracts = read_contracts(region.contracts)
    policy = read_policy(region.policies, as_of=as_of)
    found: dict[str, NDArray[np.float64]] = {}
    for name, action in read_actions(region, contracts).items():
        with console.status(name):
            found[name] = gains(Home(home), action, contracts, policy)
    table = Table("action", *(f"{setting:g}" for setting in SETTINGS))
    for name, row in found.items():
        table.add_row(name, *(f"{value:+.4f}" for value in row))
    table.add_row("mean", *(f"{value:+.4f}" for value in np.mean(list(found.values()), axis=0)))
    console.print("log likelihood per outcome over that with own data only, in the mean of levels and details")
    console.print(table)


def gains(home: Home, action: Action, contracts: dict[str, Contract], policy: ValuationPolicy) -> NDArray[np.float64]:
    """By setting: how much more likely the outcomes of units held out are than with own data, in the mean of tiers."""
    with open_valuation(home) as work:
        valuer = open_valuer(work, action, home, contracts, policy)
    if isinstance(valuer, str):
        raise click.ClickException(f"{action.id}: {valuer}")
    return np.array([np.mean(list(_gains(valuer, policy, setting))) for setting in SETTINGS])


def _gains(valuer: Valuer, policy: ValuationPolicy, setting: float) -> Iterator[float]:
    judge, known = valuer.judge, valuer.own_columns()
    judge.policy = policy
    own = judge.likelihood(judge.score(known))
    for level in LEVELS:
        for detail in DETAILS:
            judge.policy = replace(policy, expected_variance=setting)
            columns = valuer.with_data(known, frozenset(valuer.action.candidates), level, detail)
            yield (judge.likelihood(judge.score(columns)) - own) / float(judge.outcomes.fitted.sum())


if __name__ == "__main__":
    main()
