"""Rules of citizens' feedback; pure."""
