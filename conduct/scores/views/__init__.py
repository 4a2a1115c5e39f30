"""Pages of scores: mine and why, the team's month, closing and rolling up months."""
