"""Rules of the statutory rating; pure."""
