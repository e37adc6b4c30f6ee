"""What people may ask of their own data: opt-outs, retention, erasure, a report of what is held. No Dagster here."""
