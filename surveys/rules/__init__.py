"""Rules of citizens' voice; pure."""
