"""Makes the demo region's extracts and, apart from them, the truth of who is who. The pipeline never imports it."""
