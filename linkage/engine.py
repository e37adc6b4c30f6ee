"""How Splink is opened: quiet, on the working database. No model and no step lives here."""

import logging
from collections.abc import Mapping
from typing import Any


def open_linker(
    work: Any,
    settings: dict[str, Any],
    *,
    table: str = "record",
    pairs: str | None = None,
    frequencies: Mapping[str, str] | None = None,
) -> Any:
    """A Splink linker over a table of the working database. Splink's import takes a second, so it waits until here.

    pairs: a table (join_key_l, join_key_r, match_key) that prediction scores instead of blocking. frequencies: column
    -> table of its values' frequencies; where `table` holds tf_<column> itself, Splink reads that and joins nothing.
    """
    from splink import DuckDBAPI, Linker

    api = DuckDBAPI(work)
    linker = Linker(api.register(table), settings, log_level=logging.ERROR)
    for column, frequency_table in (frequencies or {}).items():
        linker.table_management.register_term_frequency_lookup(api.register(frequency_table), column)
    if pairs:
        linker.table_management.register_blocked_pairs_for_predict(api.register(pairs))
    return linker
