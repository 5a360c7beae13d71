"""Lists of the office: which columns they show, the views that people save, and what is done with many rows at once."""
