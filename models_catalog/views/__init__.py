"""The pages, a module for each part: the library, adopting, editing."""
