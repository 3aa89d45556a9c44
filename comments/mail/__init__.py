"""What all mails to many have in common: how they are written, and sent once."""
