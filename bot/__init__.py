"""What makes a product of a Rasa model: understanding, dialogue, channels, front, storage, command line."""
