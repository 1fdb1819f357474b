"""What an account has besides its password: a second step at log-in with codes of recovery, open sessions, tokens of programs."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from catalogue.models.organisations import Organisation
from catalogue.models.people import User


class SecondStep(models.Model):
    """The secret that a person's telephone shares with us (RFC 6238), sealed with the key of the instance.

    `last_step`: the 30-second step of the last code that was accepted; neither it nor an older one passes again.
    """

    person = models.OneToOneField(User, models.CASCADE, related_name="second_step")
    sealed = models.CharField(max_length=400)
    last_step = models.BigIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager[SecondStep]] = models.Manager()

    class Meta:
        verbose_name = "code de connexion"

    def __str__(self) -> str:
        return f"second step of {self.person_id}"


class RecoveryCode(models.Model):
    """A code that replaces the telephone's once. `digest`: SHA-256 of 80 random bits, in hexadecimal."""

    person = models.ForeignKey(User, models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[RecoveryCode]] = models.Manager()

    class Meta:
        verbose_name = "code de secours"
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "digest"], name="recovery_code_once")]

    def __str__(self) -> str:
        return f"recovery code of {self.person_id}"


class OpenSession(AbstractBaseSession):
    """A browser that came back. `person` is empty until they are logged in; `place` is coarse on purpose: a network, not an address."""

    person = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="open_sessions")
    started_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    device = models.CharField(max_length=80, blank=True)
    place = models.CharField(max_length=60, blank=True)

    class Meta:
        verbose_name = "session ouverte"

    def __str__(self) -> str:
        return f"session of {self.person_id}"

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        from catalogue.accounts.sessions import SessionStore

        return SessionStore


class ApiToken(models.Model):
    """What a program says to do some of what its person may. `digest`: SHA-256 of the token, that is random enough to need no more.

    `start` is shown in lists, to tell one from the other. `body`: the only one where it is worth something; empty: all of its person's.
    """

    person = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    label = models.CharField("usage", max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    start = models.CharField(max_length=20)
    publishes = models.BooleanField("écrit et publie", default=False)
    body = models.ForeignKey(Organisation, models.CASCADE, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[ApiToken]] = models.Manager()

    class Meta:
        verbose_name = "jeton d’accès"
        ordering = ("-made_at", "-pk")

    def __str__(self) -> str:
        return self.label


class Invitation(models.Model):
    """Into a body, for one address, once. `digest`: SHA-256 of the link's secret, 192 random bits."""

    body = models.ForeignKey(Organisation, models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=20)
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[Invitation]] = models.Manager()

    class Meta:
        verbose_name = "invitation"

    def __str__(self) -> str:
        return f"{self.email} in {self.body_id}"


class ResetRequest(models.Model):
    """Somebody forgot a password, or says so; the address may be of nobody. The worker takes it once."""

    email = models.CharField(max_length=254, db_index=True)
    language = models.CharField(
        "langue", max_length=12, blank=True, help_text="of the pages where it was asked: of its message"
    )
    asked_at = models.DateTimeField(auto_now_add=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    mailed = models.BooleanField(default=False)

    objects: ClassVar[models.Manager[ResetRequest]] = models.Manager()

    class Meta:
        verbose_name = "mot de passe oublié"

    def __str__(self) -> str:
        return f"{self.asked_at}"


class ExternalIdentity(models.Model):
    """An account elsewhere that opens this one: issuer and subject of OpenID Connect, never an address alone."""

    person = models.ForeignKey(User, models.CASCADE, related_name="identities")
    issuer = models.CharField(max_length=300)
    subject = models.CharField(max_length=255)
    made_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager[ExternalIdentity]] = models.Manager()

    class Meta:
        verbose_name = "identité externe"
        constraints: ClassVar = [models.UniqueConstraint(fields=["issuer", "subject"], name="identity_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.issuer}"


class Attachment(models.Model):
    """An agent whose SIRET is of this body asks to work in it. Nothing is given before an administrator of the body says so."""

    person = models.ForeignKey(User, models.CASCADE, related_name="attachments")
    body = models.ForeignKey(Organisation, models.CASCADE, related_name="attachments")
    siret = models.CharField(max_length=14)
    unit = models.CharField("service", max_length=150, blank=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    accepted = models.BooleanField(default=False)

    objects: ClassVar[models.Manager[Attachment]] = models.Manager()

    class Meta:
        verbose_name = "demande de rattachement"
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "body"], name="attachment_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.body_id}"
