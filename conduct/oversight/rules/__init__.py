"""Rules of inspections; pure."""
