"""What an account has besides its password: a second step at log-in, and codes for the day when the telephone is lost."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

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
