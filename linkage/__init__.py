"""Records of all person data sets into pairs, clusters, persons with lasting ids, and households; without Dagster."""
