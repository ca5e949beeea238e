"""The parts of a run's page: its data, its sections, and the shell that scripts fill."""
