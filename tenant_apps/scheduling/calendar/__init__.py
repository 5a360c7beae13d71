"""The calendar of the office: what is on in a span of time, and how that is drawn."""
