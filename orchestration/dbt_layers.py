"""How dbt's models and sources are named, grouped and owned in Dagster: key [layer, name], group = layer."""

from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings

LAYER_OWNERS = {"staging": "team:data_engineering", "identity": "team:linkage", "linked": "team:linkage"}
PLACES = "geography"


class LayerTranslator(DagsterDbtTranslator):
    """Equal things bear equal names: a dbt schema is a Dagster layer."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """[schema, name] for a model, [source, table] for a source; all place lookups are one asset."""
        if dbt_resource_props["resource_type"] == "source":
            source = dbt_resource_props["source_name"]
            return dg.AssetKey([PLACES, "lookups"] if source == PLACES else [source, dbt_resource_props["name"]])
        return dg.AssetKey([dbt_resource_props["schema"], dbt_resource_props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        return str(dbt_resource_props["schema"])

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        return [LAYER_OWNERS.get(dbt_resource_props["schema"], "team:analysts")]


def translator() -> LayerTranslator:
    """The translator, which lets the five place lookups be one asset."""
    return LayerTranslator(DagsterDbtTranslatorSettings(enable_duplicate_source_asset_keys=True))
