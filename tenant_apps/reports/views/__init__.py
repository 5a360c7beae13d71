"""Pages of the office that look across all apps: the dashboard, search, and people with their history."""
