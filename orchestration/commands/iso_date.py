"""A date as a user types it: judged where it is typed, handed on as text."""

from datetime import date
from typing import Any

import click


class IsoDate(click.ParamType):
    """Text like 2026-06-01 that is a date."""

    name = "DATE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The same date as `YYYY-MM-DD`."""
        try:
            return date.fromisoformat(str(value)).isoformat()
        except ValueError:
            self.fail(f"'{value}' is not a date; write it like 2026-06-01", param, ctx)


ISO_DATE = IsoDate()
