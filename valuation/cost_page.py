"""What one tier, data set or cell costs, read from the tables that `cost_tables.py` writes."""

from collections.abc import Mapping
from typing import Any

from settings import duck
from settings.errors import UserError
from settings.paths import Home


def read_page(home: Home, *, tier: str | None = None, dataset: str | None = None) -> dict[str, Any]:
    """The costs of a tier, of a data set, or of both together, and of the cells below: `cost` and `cells`.

    Raises UserError where the tables are not there yet, or hold no such tier or data set.
    """
    name = "cell_cost" if tier and dataset else "tier_cost" if tier else "dataset_cost"
    wanted = {key: value for key, value in (("tier", tier), ("dataset", dataset)) if value}
    found = _where(home, name, wanted)
    if not found:
        shown = " at ".join(value for value in (dataset, tier) if value)
        raise UserError(f"No cost of '{shown}' is known", ["`mvld run` works it out; `mvld tiers` names the tiers"])
    return {"cost": found[0], "cells": [] if len(wanted) > 1 else _where(home, "cell_cost", wanted)}


def _where(home: Home, name: str, wanted: Mapping[str, str]) -> list[dict[str, Any]]:
    """The rows of a cost table in which each column of `wanted` has its value; [] where there is no table yet."""
    if not home.warehouse_db.exists():
        return []
    with duck.connect(home.warehouse_db, read_only=True) as connection:
        if not duck.has_table(connection, "economics", name):
            return []
        where = " and ".join(f"{column} = ?" for column in wanted)
        found = connection.execute(
            f"select * from economics.{name} where {where} order by allocated_gbp desc, 1, 2", list(wanted.values())
        )
        columns = [column[0] for column in found.description]
        return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]
