"""`make misura`: how well and how fast the assistant answers, beside Rasa's own pipeline and full-text search."""
