"""Our own facet: what a run of a job cost. Its JSON Schema is `facets/MvldCostRunFacet.json`, named by its `$id`.

A facet that has been sent is never changed: another shape is another version in the schema's name.
"""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import attr
from openlineage.client.facet_v2 import RunFacet
from openlineage.client.utils import RedactMixin

from lineage.facts import Cost

SCHEMA_FILE = Path(__file__).parent / "facets" / "MvldCostRunFacet.json"
KEY = "mvld_cost"
CURRENCY = "GBP"


@lru_cache(maxsize=1)
def schema() -> dict[str, Any]:
    """The facet's JSON Schema."""
    found: dict[str, Any] = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    return found


@attr.define
class Charge(RedactMixin):
    """One resource used, under FOCUS's names."""

    resource: str
    consumedQuantity: float  # noqa: N815
    consumedUnit: str  # noqa: N815
    listUnitPrice: float  # noqa: N815
    billedCost: float  # noqa: N815


@attr.define
class MvldCostRunFacet(RunFacet):
    """Own and cumulative cost of a job's run."""

    billingCurrency: str  # noqa: N815
    ownCost: float  # noqa: N815
    cumulativeCost: float  # noqa: N815
    isSkipped: bool  # noqa: N815
    charges: list[Charge] = attr.field(factory=list)

    @staticmethod
    def _get_schema() -> str:
        return f"{schema()['$id']}#/$defs/MvldCostRunFacet"


def cost_facet(cost: Cost, *, is_skipped: bool) -> MvldCostRunFacet:
    """The facet of what a run of a job cost."""
    return MvldCostRunFacet(
        billingCurrency=CURRENCY,
        ownCost=float(cost.own_gbp),
        cumulativeCost=float(cost.cumulative_gbp),
        isSkipped=is_skipped,
        charges=[
            Charge(
                resource=charge.resource,
                consumedQuantity=float(charge.quantity),
                consumedUnit=charge.unit,
                listUnitPrice=float(charge.unit_price_gbp),
                billedCost=float(charge.billed_gbp),
            )
            for charge in cost.charges
        ],
    )
