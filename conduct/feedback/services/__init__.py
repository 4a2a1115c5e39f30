"""The acts of citizens' feedback."""
