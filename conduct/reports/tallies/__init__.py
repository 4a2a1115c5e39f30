"""What reports count, each in one SQL statement."""
