"""Which data to share with whom, at which tier, in which order: chosen from what each is worth and what it costs."""
