"""Stand-ins for what carries messages: Twilio, Telegram, and the push service of a browser."""
