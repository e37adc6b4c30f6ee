"""Facets of tables: columns, words, owners, where it is stored, tags, and which columns each column is made from."""

from collections.abc import Mapping

from openlineage.client.facet_v2 import (
    DatasetFacet,
    column_lineage_dataset,
    dataset_version_dataset,
    datasource_dataset,
    documentation_dataset,
    ownership_dataset,
    schema_dataset,
    tags_dataset,
)

from lineage.facts import Source, Table

STORES = {
    "landing": "landing",
    "raw": "identity",
    "staging": "identity",
    "identity": "identity",
    "linkage": "identity",
    "rights": "identity",
    "linked": "warehouse",
    "tiers": "warehouse",
    "economics": "warehouse",
    "shares": "published",
    "published": "published",
}


def dataset_name(key: str) -> str:
    """A table's name in events: `layer.name`, as in SQL."""
    return key.replace("/", ".")


def facets_of(table: Table, namespace: str) -> dict[str, DatasetFacet]:
    """What is known of a table, and no facet for what isn't."""
    facets: dict[str, DatasetFacet] = {}
    if store := STORES.get(table.key.split("/")[0]):
        facets["dataSource"] = datasource_dataset.DatasourceDatasetFacet(name=store, uri=f"{namespace}/{store}")
        facets["tags"] = _tags(table, store)
    if table.description:
        facets["documentation"] = documentation_dataset.DocumentationDatasetFacet(
            description=table.description, contentType="text/markdown"
        )
    if table.owners:
        owners = [ownership_dataset.Owner(name=owner, type="OWNER") for owner in table.owners]
        facets["ownership"] = ownership_dataset.OwnershipDatasetFacet(owners=owners)
    if table.columns:
        facets["schema"] = _schema(table)
    if table.version:
        facets["version"] = dataset_version_dataset.DatasetVersionDatasetFacet(datasetVersion=table.version)
    return facets


def column_lineage(sources: Mapping[str, tuple[Source, ...]], namespace: str) -> DatasetFacet:
    """The columns that each column's values come from. What only filters or joins is not among them."""
    fields = {
        column: column_lineage_dataset.Fields(
            inputFields=[
                column_lineage_dataset.InputField(
                    namespace=namespace,
                    name=dataset_name(source.table),
                    field=source.column,
                    transformations=[column_lineage_dataset.Transformation(type="DIRECT", subtype=source.kind)],
                )
                for source in found
            ]
        )
        for column, found in sources.items()
    }
    return column_lineage_dataset.ColumnLineageDatasetFacet(fields=fields)


def _schema(table: Table) -> DatasetFacet:
    return schema_dataset.SchemaDatasetFacet(
        fields=[
            schema_dataset.SchemaDatasetFacetFields(
                name=column.name, type=column.type, description=column.description, ordinal_position=position
            )
            for position, column in enumerate(table.columns, 1)
        ]
    )


def _tags(table: Table, store: str) -> DatasetFacet:
    """The store, and which columns tell who a person is."""
    tags = [tags_dataset.TagsDatasetFacetFields(key="store", value=store, source="MVLD")]
    tags += [
        tags_dataset.TagsDatasetFacetFields(
            key="identity_role", value=column.identity_role, source="MVLD", field=column.name
        )
        for column in table.columns
        if column.identity_role
    ]
    return tags_dataset.TagsDatasetFacet(tags=tags)
