"""Three providers to look at, made of readable data. Installed only in a demonstration."""
