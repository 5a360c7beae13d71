"""What stops a start, in words for the person who started it."""


class CannotStart(Exception):
    """A plain sentence that says what is wrong and what to do."""
