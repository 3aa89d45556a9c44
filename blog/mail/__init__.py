"""How a mail is written, and what it means when a server does not take it."""
