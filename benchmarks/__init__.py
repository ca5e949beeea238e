"""What misspoke costs, measured: `make bench` and `make bench-peers` write docs/benchmarks.md."""
