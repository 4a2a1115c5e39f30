"""Pages of agencies, of people, and of what an office administrator does with them."""
