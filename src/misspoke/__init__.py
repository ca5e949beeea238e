"""misspoke: when a language model knew the answer and said something else."""
