"""Measure the production stack under load: `manage.py bench`. See docs/benchmarks.md."""
