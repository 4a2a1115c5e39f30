"""Pages of the statutory rating."""
