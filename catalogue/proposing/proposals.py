"""All that is proposed of one file, in the order in which a page shows it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from catalogue.proposing.facts import Facts, Proposal
from catalogue.proposing.periods import Period, period_of
from catalogue.proposing.subjects import FREQUENCY, HVD, LICENCE, SUBJECTS, THEME, Subject
from catalogue.proposing.wording import description, title
from catalogue.spoken import gettext as _
from catalogue.spoken import gettext_noop
from catalogue.tables.schemas.national import page_of

LAW: Final = gettext_noop("c’est la licence que la loi donne aux données publiques qui n’en disent pas d’autre")
NAME: Final = gettext_noop("d’après le nom du fichier")


def propose(facts: Facts) -> dict[str, Proposal]:
    """By the name of the term; what nothing supports is absent. A category of high value is proposed apart (`high_value`)."""
    return {one.term: one for one in _proposed(facts)}


def high_value(facts: Facts) -> str:
    """The address of the European category of high value that such data may fall under, "" for most: who publishes decides."""
    subject = SUBJECTS.get(facts.schema)
    return f"{HVD}{subject.hvd}" if subject and subject.hvd else ""


def _proposed(facts: Facts) -> Iterator[Proposal]:
    subject = SUBJECTS.get(facts.schema)
    period = _period(facts, subject)
    schema = _("du fait du schéma choisi") if facts.declared else _("d’après le schéma reconnu")
    yield Proposal("title", {"fr": title(facts, subject, period)}, schema if subject else _(NAME))
    if facts.columns:  # a file that was not read says nothing of its rows
        told = description(facts, subject, period)
        yield Proposal("description", {"fr": told}, _("d’après les lignes et les colonnes du fichier"))
    if subject:
        yield Proposal("theme", [THEME + code for code in subject.themes], schema)
        yield Proposal("keyword", {"fr": list(subject.keywords)}, schema)
    yield Proposal("license", LICENCE, _(LAW))
    if period:
        span = {"start": period.start, "end": period.end}
        yield Proposal(
            "temporal",
            [span],
            _("d’après la colonne %(source)s") % {"source": period.source} if period.source else _(NAME),
        )
    if subject:
        yield Proposal("frequency", FREQUENCY + subject.frequency, _("c’est le rythme habituel de ces données"))
    if facts.place and facts.place.uri:
        said = {"uri": facts.place.uri, "name": {"fr": [facts.place.name]}}
        yield Proposal("spatial", [said], _("c’est le territoire de votre organisme"))
    if page := facts.schema and page_of(facts.schema):
        yield Proposal("conforms_to", [f"{page}{facts.version}/"], schema)


def _period(facts: Facts, subject: Subject | None) -> Period | None:
    """None too for a table of what is there today: the dates in it are those of things, not of the table."""
    if subject and not subject.dated:
        return None
    shown = [column for column in facts.columns if column.name not in facts.hidden]
    return period_of(shown, facts.name, dated=subject is not None)
