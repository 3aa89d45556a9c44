"""What is done to pictures: hostile uploads made harmless, renditions made for readers."""
