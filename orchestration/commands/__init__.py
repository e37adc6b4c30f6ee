"""One file per `mvld` command family. Each asks its package for the answer and prints it; no logic lives here."""
