"""The one code location: loads `defs/` and holds what crosses the whole graph.

Avoid placing asset implementations here.
"""

from pathlib import Path

import dagster as dg


@dg.definitions
def defs() -> dg.Definitions:
    """Everything below `orchestration/defs/`, run in one process: DuckDB has one writer."""
    return dg.Definitions.merge(
        dg.load_from_defs_folder(path_within_project=Path(__file__).parent),
        dg.Definitions(executor=dg.in_process_executor),
    )
