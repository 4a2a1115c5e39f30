"""Measurements, not tests: ``make bench`` runs them, ``make bench ONLY=submit_ratio`` runs one row.

Each module offers functions that return rows; ``__main__`` runs them on engines of their own.
"""
