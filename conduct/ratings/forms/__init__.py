"""Forms of the statutory rating."""
