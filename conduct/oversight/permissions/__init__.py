"""Who may do what of inspections."""
