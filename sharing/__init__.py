"""Publication of the tiers, and reading what is published. Imports no Dagster."""
