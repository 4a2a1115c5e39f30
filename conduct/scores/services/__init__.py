"""Business acts of scoring: schemes, the roll-up, closing and reopening a month."""
