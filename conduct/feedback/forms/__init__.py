"""Forms of citizens' feedback."""
