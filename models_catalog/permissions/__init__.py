"""Who may do what, a module for each part: adopting, editing."""
