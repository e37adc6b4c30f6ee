"""The evidence pack of a release: what an information governance lead reads and signs, under the Five Safes."""
