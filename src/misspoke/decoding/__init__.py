"""Decoders: from a prompt to an answer, with its belief and its cost. None ever sees gold."""
