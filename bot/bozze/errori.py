"""What is wrong with a datum, told to who wrote it."""


class DatoNonValido(ValueError):
    """A value that a field cannot take; the message is Italian and says what is wrong and what to do."""
