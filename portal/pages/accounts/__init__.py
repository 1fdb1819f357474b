"""Logging in and out, one's own account, members of a body. Citizens need no account."""
