"""Local stand-ins for the outside world. They answer only while `settings.SANDBOX` is on."""
