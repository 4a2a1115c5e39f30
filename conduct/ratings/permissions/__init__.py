"""Who may do what of the statutory rating (decree 335/2025, Điều 10)."""
