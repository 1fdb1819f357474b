"""Who people are to the instance: second step at log-in, open sessions, invitations, members, tokens of programs.

Rights are not here: `catalogue.permissions` decides them. HTTP is not here either.
"""
