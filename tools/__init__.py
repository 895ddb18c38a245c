"""Commands for people who maintain the book."""
