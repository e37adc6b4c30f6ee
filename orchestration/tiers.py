"""The names of the twenty tiers, as Dagster and the commands list them."""

LEVELS = ("person", "household", "street", "postcode", "ward")
DETAILS = ("known_to", "rag", "coded", "full")
TIERS = [f"{level}_{detail}" for level in LEVELS for detail in DETAILS]
