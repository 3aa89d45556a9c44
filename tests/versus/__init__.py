"""Tribune beside WordPress, Ghost and Wagtail, with the same articles on the same machine.

``python -m tests.versus --help`` says what it needs, and docs/comparison.md what was found. No test of the suite is in
here: it takes programs that nobody has to have.
"""
