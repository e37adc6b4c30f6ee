"""Measures the product beside the same work done bare. Nothing of the product imports this package."""
