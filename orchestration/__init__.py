"""Dagster's view of the product: thin assets, checks, jobs, schedules, sensors, resources, and the `mvld` command."""
