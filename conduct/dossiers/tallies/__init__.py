"""Counts of one-stop dossiers."""
