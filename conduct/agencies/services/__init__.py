"""Business acts on agencies, people and months."""
