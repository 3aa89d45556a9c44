"""Search: how texts become words, what stands in the index, and how it is asked. docs/architecture.md has the whole."""
