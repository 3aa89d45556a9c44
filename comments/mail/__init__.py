"""What all mails to many have in common: how they are written, sent once, and what their pages are like."""
