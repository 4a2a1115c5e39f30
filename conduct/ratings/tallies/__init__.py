"""Counts of the statutory rating."""
