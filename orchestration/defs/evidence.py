"""Asset `published/evidence`: the evidence pack of the release, for the information governance lead."""

from collections.abc import Iterator

import dagster as dg

from orchestration.night import Night


@dg.asset(
    key=["published", "evidence"],
    deps=[dg.AssetKey(["published", "release"])],
    group_name="published",
    kinds={"html", "json"},
    owners=["team:information_governance"],
    description=(
        "What the release shares, with whom, under which agreement, and how it is kept safe: one page and one JSON "
        "file under the Five Safes, in `reports/evidence/<version>/`. Rows: cells of data set and tier that are shared."
    ),
)
def evidence(context: dg.AssetExecutionContext, night: Night) -> Iterator[dg.MaterializeResult]:
    """Write the pack; equal facts give equal bytes."""
    from sharing.access import read_access
    from sharing.approval import AWAITING
    from sharing.evidence.pack import write_pack

    with night.step(context) as step:
        access = read_access(night.region, night.contracts, as_of=night.date)
        pack = write_pack(night.home, night.region, access, as_of=night.date)
        yield step.result(
            rows=sum(item.is_permitted for item in access.decisions),
            written_bytes=sum(path.stat().st_size for path in pack.page.parent.iterdir()) if pack.is_new else 0,
            skipped=not pack.is_new,
            metadata={
                "page": dg.MetadataValue.url(pack.page.resolve().as_uri()),
                "cells_awaiting_approval": sum(item.reason == AWAITING for item in access.decisions),
                "warnings": dg.MetadataValue.md("\n".join(f"- {text}" for text in pack.warnings) or "none"),
            },
        )
