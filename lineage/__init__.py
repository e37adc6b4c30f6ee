"""What each run did, told as OpenLineage events that carry cost. Knows nothing of Dagster, and of no row's value."""
