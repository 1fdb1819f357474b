"""Tables: from the file of a town to rows that can be looked at, asked and trusted.

Nothing here knows the records nor the base: paths and frozen values come in, frozen values go out.
"""
