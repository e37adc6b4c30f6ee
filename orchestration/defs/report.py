"""Asset `economics/report`: the board's report, from the tables of `economics` and the release in force."""

from collections.abc import Iterator

import dagster as dg

from orchestration.defs.blueprint import BLUEPRINT_TABLES
from orchestration.defs.economics import COST_TABLES, VALUE_TABLES
from orchestration.night import Night
from settings import fingerprints

READS = (*VALUE_TABLES, *BLUEPRINT_TABLES, *COST_TABLES)


@dg.asset(
    key=["economics", "report"],
    deps=[
        *(dg.AssetKey(["economics", table]) for table in READS),
        dg.AssetKey(["published", "release"]),
        dg.AssetKey(["linkage", "quality"]),
    ],
    group_name="economics",
    kinds={"html"},
    owners=["team:analysts"],
    description=(
        "The report for a board and service managers, in `reports/board/`: pages that need no network, and their "
        "tables as CSV and Parquet. Rows: pages."
    ),
)
def report(context: dg.AssetExecutionContext, night: Night) -> Iterator[dg.MaterializeResult]:
    """Write the report, unless nothing that it tells has changed."""
    from valuation.report.facts import fingerprint_of, read_facts
    from valuation.report.site import report_path, write_site

    with night.step(context) as step:
        path = report_path(night.home)
        facts = read_facts(night.home, night.region, night.contracts, as_of=night.date)

        def write() -> dict[str, int]:
            site = write_site(facts, path.parent)
            return {"pages": site.pages, "downloads": site.downloads, "bytes": site.bytes}

        found, is_old = fingerprints.made_once(
            night.home, "economics-report", fingerprint_of(facts), produced=path, make=write
        )
        yield step.result(
            rows=found["pages"],
            written_bytes=0 if is_old else found["bytes"],
            skipped=is_old,
            metadata={"downloads": found["downloads"], "report": dg.MetadataValue.url(path.resolve().as_uri())},
        )
