"""What a channel can do wrong: it is away, it refuses this message, or the account does not obey us any more."""


class ChannelError(Exception):
    """A message did not go. Its text may be logged: it holds no token, no address and no words of the message."""


class ChannelAway(ChannelError):
    """Try again later: too many requests, a service that fails or does not answer, or one that just did not.

    `retry_after`: in how many seconds, where the service said so. `unsure`: the answer is missing, so the message may
    have gone all the same.
    """

    def __init__(self, text: str, *, retry_after: int | None = None, unsure: bool = False) -> None:
        super().__init__(text)
        self.retry_after = retry_after
        self.unsure = unsure


class ChannelRefused(ChannelError):
    """This message will never go.

    `code` is the service's, or a word of ours; `text` a sentence for the office. `gone`: the address itself is of no
    use any more, since it does not exist or its owner wants nothing from us.
    """

    def __init__(self, code: str, text: str, *, gone: bool = False) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code
        self.text = text
        self.gone = gone


class ChannelDisconnected(ChannelError):
    """The account, its token or its sender does not obey us any more: nothing goes until somebody mends that."""
