"""The board's report: a folder of pages that need no network, from the tables of `economics`. It works out no value."""
