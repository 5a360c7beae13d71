"""A booking's pages: for visitors with a link, and for people who are signed in."""
