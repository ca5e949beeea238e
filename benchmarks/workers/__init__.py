"""Processes that are measured; those of peers run in environments of their own."""
