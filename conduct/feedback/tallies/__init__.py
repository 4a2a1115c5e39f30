"""Counts of citizens' feedback."""
