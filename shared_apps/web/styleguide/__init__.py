"""The styleguide: each component with its states, what it is for and its keys, for those who build Muster."""
