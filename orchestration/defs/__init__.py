"""One file per stage of the flow. Each either declares objects or has one `@dg.definitions` function, never both."""
