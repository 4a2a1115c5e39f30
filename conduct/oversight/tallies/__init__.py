"""Counts of inspections."""
