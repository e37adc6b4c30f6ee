"""What is said of the persons that linkage made: quality by truth and without it, errors by subgroup, trends."""
