"""Pages of citizens' feedback."""
