"""What the timetable publishes and tells."""
