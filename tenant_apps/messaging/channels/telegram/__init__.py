"""Telegram: a bot of each provider."""
