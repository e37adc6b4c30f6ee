"""How Splink is opened: quiet, on the working database, with table `record` as its input. No model and no step lives here."""

import logging
from typing import Any


def open_linker(work: Any, settings: dict[str, Any]) -> Any:
    """A Splink linker over table `record` of the working database. Its import takes a second, so it is made here."""
    from splink import DuckDBAPI, Linker

    return Linker(DuckDBAPI(work).register("record"), settings, log_level=logging.ERROR)
