"""Where things are and how a region is set up. Knows no data set, no layer's logic and no Dagster."""
