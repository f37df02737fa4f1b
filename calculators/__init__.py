"""What the assistant can compute: pure functions of the values, the fee tables and the day."""
