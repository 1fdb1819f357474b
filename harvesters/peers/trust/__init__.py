"""Whom a feed is believed to be: `cards` reads what an instance says of itself, `door` proves each page, `owning` says of which
addresses it may speak, `pinning` is what an administrator decides (a key, a prefix, to believe it no more).
"""
