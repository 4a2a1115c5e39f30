"""Who may do what of citizens' feedback."""
