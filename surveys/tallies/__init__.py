"""Citizens' voice, counted."""
