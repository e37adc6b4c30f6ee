"""Contract to Great Expectations suite to outcome without row values. Imports no Dagster."""
