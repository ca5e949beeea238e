"""python -m misspoke."""

from misspoke.cli import main

main()
