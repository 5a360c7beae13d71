"""What must be fast, measured against a reference in the same run: `make bench` writes docs/performance.md."""
