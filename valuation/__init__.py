"""What each piece costs and what it is worth. Imports no Dagster."""
