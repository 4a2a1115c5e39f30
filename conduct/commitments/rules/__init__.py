"""Texts, dates and counts of commitments. Pure."""
