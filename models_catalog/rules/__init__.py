"""What the catalogue requires of a wording. Pure: no files, no rows."""
