"""The main loop: questions to prompts to searches to observations to a run folder."""
