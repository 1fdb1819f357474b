"""Logging in through an OpenID Connect provider (ProConnect speaks it): authorization code, PKCE, nonce, signed user information.

OpenIDError
├── NotConfigured   the instance names no provider
├── Unreachable     the provider does not answer: try again later
└── Untrue          what it says is not signed, not for us, or not of this log-in: start again
"""

from __future__ import annotations


class OpenIDError(Exception):
    """`message` is French, for the person who logs in, and says what to do next. What was wrong goes to the journal."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotConfigured(OpenIDError):
    """No provider."""


class Unreachable(OpenIDError):
    """No answer, or not one that can be read."""


class Untrue(OpenIDError):
    """It must not be believed."""
