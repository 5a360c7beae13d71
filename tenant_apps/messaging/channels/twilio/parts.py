"""How many parts a text message goes in: each one is paid for."""

ALPHABET = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
TWICE_AS_LONG = frozenset("^{}\\[~]|€\f")
GSM, OTHER = (160, 153), (70, 67)  # letters of a text that goes in one part, and of each part of a longer one


def parts_of(text: str) -> int:
    """In how many parts `text` goes. A single letter outside of GSM's alphabet makes all of them shorter."""
    if ALPHABET.union(TWICE_AS_LONG).issuperset(text):
        alone, each = GSM
        lengths = [2 if letter in TWICE_AS_LONG else 1 for letter in text]
    else:
        alone, each = OTHER
        lengths = [2 if letter > "\uffff" else 1 for letter in text]
    if sum(lengths) <= alone:
        return 1
    parts, room = 1, each
    for length in lengths:  # no letter stands in two parts
        if length > room:
            parts, room = parts + 1, each
        room -= length
    return parts
