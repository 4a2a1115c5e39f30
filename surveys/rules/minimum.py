"""From how many answers on staff see single answers and comments. Pure."""

ENOUGH = 5
"""The same number as ``minimum.inside`` of the scoring schemes; a test compares them."""
