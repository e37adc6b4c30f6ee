"""Where the shared real data is."""

from settings.paths import REPOSITORY

SHARED = REPOSITORY.parent / "shared" / "data"
