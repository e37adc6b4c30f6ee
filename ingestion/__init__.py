"""Partner file -> typed Parquet snapshot, rejects and a receipt, driven by the contract.

Nothing here imports Dagster or knows a data set by name.
"""
