"""Who may do what with citizens' voice."""
