"""Conversations with their expectations (casi/*.yml), and what holds them with a running assistant: in the tests, and whenever
the staff have trained a model and want to know what it does better or worse."""
