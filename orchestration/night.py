"""The resource behind every asset: this run's date and places, its lock, and the metering of each step.

What a step does belongs to the package of its stage.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

import dagster as dg
from pydantic import PrivateAttr

from ingestion.contract import Contract
from ingestion.state import latest_extract_date
from orchestration import digests, installation
from orchestration.foretell import foretell
from orchestration.interrupted import put_in_order
from orchestration.open_storage import kept_open, quick_commits
from orchestration.run_lineage import RunLineage, telling
from orchestration.run_lock import one_run_at_a_time
from orchestration.step import Step
from settings.database_keys import UNPROTECTED, is_encrypting
from settings.errors import UserError
from settings.files import close_to_others, new_files_are_private, restricted_folder
from settings.paths import Home, Region
from sharing.shares import Plan
from valuation.metering import Meter
from valuation.rates import read_rates

TRANSIENT_RETRIES = 2
TRANSIENT_WAIT_SECONDS = 5


def settled_date(as_of: str | None) -> str:
    """The date to judge by: `as_of`, else the latest extract's. Raises UserError where there is no extract at all."""
    date = as_of or latest_extract_date(installation.contracts().values(), installation.home())
    if not date:
        raise UserError(
            "There is no extract to work on",
            ["put partners' files into the landing folder, or run `mvld demo` to make the demo region's"],
        )
    return date


class Night(dg.ConfigurableResource):
    """One run. `as_of` (ISO date) replays a night; by default it is the latest extract's date, never the clock."""

    as_of: str | None = None
    _date: str = PrivateAttr(default="")
    _lineage: RunLineage = PrivateAttr()

    @property
    def date(self) -> str:
        return self._date

    @property
    def home(self) -> Home:
        return installation.home()

    @property
    def region(self) -> Region:
        return installation.region()

    @property
    def contracts(self) -> dict[str, Contract]:
        return installation.contracts()

    @cached_property
    def share_plan(self) -> Plan:
        """Who may see what tonight, read once for all shares and the release. Ask after the tiers."""
        return digests.share_plan(self.home, self.region, self.contracts, as_of=self.date)

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["Night"]:
        """Hold the run lock and settle the date for the whole run."""
        with (
            one_run_at_a_time(self.home.state / "run.lock"),
            quick_commits(),
            kept_open(self.home.dagster, context.run_id or ""),
        ):
            new_files_are_private()
            close_to_others(self.home.identity)
            for folder in (self.home.dagster, self.home.state, self.home.warehouse_db.parent):
                restricted_folder(folder)
            if context.log and not is_encrypting():
                context.log.warning(UNPROTECTED)
            if context.instance is None or context.run is None:
                raise RuntimeError("a night needs a run of an instance")
            put_in_order(self.home, context.instance, run_id=context.run.run_id)
            with telling(
                self.home, self.contracts, region=self.region.root.name, run=context.run, instance=context.instance
            ) as self._lineage:
                self._date = settled_date(self.as_of)
                self._lineage.begin(self._date)
                foretell(self.home, self.region, self.contracts, as_of=self._date, run_id=context.run.run_id)
                yield self

    @contextmanager
    def step(self, context: dg.AssetExecutionContext) -> Iterator[Step]:
        """Meter what happens inside; turn errors that a user can mend into a plain failure, and retry what may pass."""
        import duckdb

        try:
            rates = read_rates(self.region.costs, as_of=self.date)
            with self._lineage.step(context) as lineage, Meter() as meter:
                yield Step(context, self.home, rates, self.region.root.name, meter, lineage)
        except UserError as error:
            raise dg.Failure(description=str(error), allow_retries=False) from None
        except (OSError, duckdb.IOException) as error:
            raise dg.RetryRequested(TRANSIENT_RETRIES, TRANSIENT_WAIT_SECONDS) from error
