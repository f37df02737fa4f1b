"""Understanding of Italian questions: Rasa components and the importer of the training questions."""
