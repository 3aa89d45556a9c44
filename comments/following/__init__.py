"""Answers by mail: who asked for them, who confirmed it, what is due to whom, and how it leaves."""
