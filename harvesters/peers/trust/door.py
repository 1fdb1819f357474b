"""The door by which pages of a feed come in: none is believed before the key that is pinned has proven it.

The first time, the key is that which the instance gives (trust on first use): its thumbprint is told, to be compared by
voice. After that, another key is taken only from a card that a pinned one signed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Final

from django.utils import timezone

from catalogue.signing import Stranger, Unproven, Unsigned, proven
from harvesters.base import Answer, HarvestError, Refused, Unreadable
from harvesters.peers.faults import Fault
from harvesters.peers.models import PeerFeed, PeerPage, PeerRevocation
from harvesters.peers.trust import cards
from harvesters.peers.trust.cards import Card

Ask = Callable[[str, str, str], Answer]
DAILY: Final = timedelta(days=1)
KID: Final = re.compile(r"[A-Za-z0-9_-]{43}")  # RFC 7638, of SHA-256
MOST_SEEN: Final = 4
SIGNED, UNSIGNED = PeerFeed.Signed.SIGNED, PeerFeed.Signed.UNSIGNED
PINNED: Final = (
    "Clé de l’instance admise à la première lecture : {}. Comparez-la par téléphone à celle que dit « manage.py keys » "
    "chez elle ; si elle diffère : manage.py peer revoke."
)
RENEWED: Final = "L’instance a renouvelé sa clé : {}. L’ancienne l’avait annoncé."
CHANGED: Final = (
    f"{Fault.KEY_CHANGED.label} : {{}} est signée de {{}}, qu’aucune clé connue de l’instance n’annonce. Rien n’a été pris. Demandez "
    "son empreinte au gestionnaire de l’instance, puis admettez-la (page « Instances », ou manage.py peer pin NOM --key=EMPREINTE)."
)
NO_MORE: Final = (
    f"{Fault.UNSIGNED.label} : {{}}. Une instance qui signait ne cesse pas sans le dire. Rien n’en a été pris. Demandez à son "
    "gestionnaire ; s’il le confirme, suivez-la ainsi (page « Instances », ou manage.py peer pin NOM --unsigned)."
)
FORGED: Final = f"{Fault.FORGED.label}, page {{}} : {{}}. Rien n’en a été pris. Prévenez l’instance."
FORGED_CARD: Final = f"{Fault.FORGED_CARD.label}, {{}} : {{}}. Rien n’a été pris. Prévenez l’instance."
REVOKED: Final = (
    f"{Fault.REVOKED.label} le {{:%d/%m/%Y}} : sa clé {{}} n’est plus crue. Pour la croire de nouveau, admettez sa clé (page "
    "« Instances », ou manage.py peer pin NOM --key=EMPREINTE)."
)


class Door:
    """Of one run. What it learns is kept in the feed's row, unless the run is a rehearsal."""

    def __init__(self, feed: PeerFeed, ask: Ask, messages: list[str], *, dry: bool = False) -> None:
        self.feed, self.messages = feed, messages
        self._ask, self._dry = ask, dry
        self._whole = False  # pages that were kept before they could be proven are asked for whole
        self._asked_card = False

    def ask(self, url: str, etag: str, last_modified: str) -> Answer:
        """As the source answers, once it is proven. Raises HarvestError."""
        if not self.feed.signed:
            self._first()
        answer = self._ask(url, "" if self._whole else etag, "" if self._whole else last_modified)
        if self.feed.signed == UNSIGNED and answer.fields.get("signature") and not self._asked_card:
            self._first()  # it did not sign, and does from now on
        if self.feed.signed == SIGNED and not answer.not_modified:
            self._prove(answer)
        return answer

    def look_again(self) -> None:
        """What an instance that signs says of itself, once a day: its version, what it withholds, a key that is to come."""
        said_at = self.feed.card.get("at", "")
        if said_at < (timezone.now() - DAILY).isoformat():
            with suppress(HarvestError):  # its pages were read: they say enough of how it is
                self.renewed()

    def renewed(self) -> bool:
        """Asks for the card again, once a run: whether a key that is pinned signed it. Its keys and places are then kept."""
        if self._asked_card or self.feed.signed != SIGNED:
            return False
        self._asked_card = True
        card = self._card()
        if card is None:
            return False
        before = self._known()
        try:
            proven(card.message, before, datetime.now(UTC))
        except Unproven:
            return False
        new = [jwk["kid"] for jwk in card.keys if jwk["kid"] not in before]
        self.messages += [RENEWED.format(", ".join(new))] if new else []
        self._keep(card)
        return True

    def _first(self) -> None:
        self._asked_card = True
        self._believed(())
        card = self._card()
        if card is None:
            self.feed.signed = UNSIGNED
            self._save()
            return
        try:
            kid = proven(card.message, cards.valid(card.keys, timezone.now()), datetime.now(UTC))
        except Unproven as error:
            raise self._refused(Fault.FORGED_CARD, FORGED_CARD.format(card.message.target, error.message)) from error
        self._believed(tuple(cards.valid(card.keys, timezone.now())))
        self._whole = True
        self._keep(card)
        self.messages.append(PINNED.format(kid))

    def _card(self) -> Card | None:
        """None for an instance that gives none: another product, or an older one. Raises TryLater, and Refused."""
        try:
            key = self.feed.source.key
            return cards.read(self._ask(cards.address_of(key), "", ""), key)
        except Unreadable:
            return None

    def _keep(self, card: Card) -> None:
        self.feed.signed, self.feed.prefix = SIGNED, self.feed.prefix or card.prefix
        cards.keep(card, self.feed)
        self._save()

    def _prove(self, answer: Answer) -> None:
        message = cards.message_of(answer)
        try:
            try:
                kid = proven(message, self._known(), datetime.now(UTC))
            except Stranger:
                if not self.renewed():
                    raise
                kid = proven(message, self._known(), datetime.now(UTC))
        except Stranger as error:
            self.feed.seen = [kid for kid in error.kids if KID.fullmatch(kid)][:MOST_SEEN]
            raise self._refused(Fault.KEY_CHANGED, CHANGED.format(answer.url, ", ".join(error.kids)[:200])) from error
        except Unsigned as error:
            raise self._refused(Fault.UNSIGNED, NO_MORE.format(answer.url)) from error
        except Unproven as error:
            raise self._refused(Fault.FORGED, FORGED.format(answer.url, error.message)) from error
        self._believed((kid,))

    def _believed(self, kids: tuple[str, ...]) -> None:
        """Raises Refused for an instance that was revoked, and for another that speaks with its keys."""
        for row in PeerRevocation.objects.all():
            gone = sorted(row.kids if row.source_id == self.feed.source.pk else set(row.kids) & set(kids))
            if gone or row.source_id == self.feed.source.pk:
                raise self._refused(Fault.REVOKED, REVOKED.format(row.at, ", ".join(gone)))

    def _known(self) -> dict[str, str]:
        return cards.valid(self.feed.keys, timezone.now())

    def _refused(self, fault: Fault, message: str) -> HarvestError:
        self.feed.refused, self.feed.refused_at = fault, timezone.now()
        if not self._dry:
            self._save()
        return Unreadable(message) if fault == Fault.FORGED else Refused(message)

    def _save(self) -> None:
        if self._dry:
            return
        if self._whole:
            PeerPage.objects.filter(source=self.feed.source).update(etag="", last_modified="", sha256="")
        self.feed.save()
