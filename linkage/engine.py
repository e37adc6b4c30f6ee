"""How Splink is opened: quiet, on the working database. No model and no step lives here."""

import logging
from typing import Any


def open_linker(work: Any, settings: dict[str, Any], *, table: str = "record") -> Any:
    """A Splink linker over a table of the working database. Splink's import takes a second, so it waits until here."""
    from splink import DuckDBAPI, Linker

    return Linker(DuckDBAPI(work).register(table), settings, log_level=logging.ERROR)
