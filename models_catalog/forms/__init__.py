"""The forms, a module for each part: the library's filters, adopting, editing."""
