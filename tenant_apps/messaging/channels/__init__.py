"""The ways out of the house: a client for each service that carries our messages. None of them writes a row."""
