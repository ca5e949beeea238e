"""Decoders on trial: every question to each of them, and only then held against right answers."""
