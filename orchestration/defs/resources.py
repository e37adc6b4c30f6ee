"""Resources that every asset may ask for."""

import dagster as dg

from orchestration.night import Night


@dg.definitions
def defs() -> dg.Definitions:
    """The one resource: the night."""
    return dg.Definitions(resources={"night": Night()})
