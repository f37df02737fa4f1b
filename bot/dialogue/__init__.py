"""The dialogue, free of Rasa: from what was understood and what was said before, to the reply."""
