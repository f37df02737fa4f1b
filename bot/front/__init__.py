"""The front: the only process the public touches. It serves the page, keeps the sessions and asks Rasa on loopback."""
