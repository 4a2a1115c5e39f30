"""The acts of the statutory rating."""
