"""Mail to moderators about comments that wait, and the pages on which its links let them decide."""
