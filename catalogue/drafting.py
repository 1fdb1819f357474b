"""From a draft to rows ready to be written: addresses, bodies, the two forms, what differs from what is there.

Reads the base, writes only the bodies that a draft names for the first time. `catalogue.publishing` writes the records.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalogue import inserting
from catalogue.addressing import minted, ownable
from catalogue.dcat import conformity
from catalogue.dcat.checks import check_nodes
from catalogue.dcat.formats import digest
from catalogue.dcat.mapping import MODELS, fill, place_named, record_values, traits_of_file
from catalogue.dcat.profile import BY_KIND, DISTRIBUTION
from catalogue.dcat.terms import Problem, Values
from catalogue.dcat.tokens import Nodes, address, canonical_lines, in_lines
from catalogue.errors import Conflict, Refused
from catalogue.layering import Layering, layers_of
from catalogue.models import Dataset, Distribution, Layer, Record
from catalogue.named import Bodies, addresses_taken, places_named

KEPT: Final = gettext_noop("Ce brouillon se publie depuis sa page.")


class Forms(NamedTuple):
    """What is derived from a draft: the repaired form, what the checks find in it, and what was mended or lost before.

    `addresses`: of the record and of its files, in their order; worked out beforehand, it is good for a row that has the same.
    """

    addresses: list[str]
    repaired: str
    digest: str
    findings: list[Any]
    conforms: bool | None
    problems: list[list[Any]]


@dataclass(frozen=True)
class Draft:
    """A record as somebody wants it published. `id` is set when it replaces one that exists."""

    kind: str
    values: Values
    owner: int
    id: uuid.UUID | None = None
    uri: str = ""
    said: str = ""
    problems: tuple[Problem, ...] = ()
    harvested: bool = False
    replicated: bool = False  # from another instance, its home; it takes no addition here
    home: str = ""  # where that home's addresses begin, with "/", if on a private network that the administrator named
    # Whether its source had lost it, and has it again: only then does a harvest bring a withdrawn record back.
    returns: bool = False
    private: bool = False
    territory: int | None = None
    # The version that was read, 0 for a record to make: another one there is a Conflict. None: whatever is there.
    version: int | None = None
    kept: bool = False  # as a draft, of which the log says nothing (`catalogue.publishing.drafts`)
    read: bool = False  # by a second person, or needs none (`second`)
    # What somebody here did to its layer (`catalogue.additions`): told to the log, even if nothing else changes.
    gesture: str = ""
    forms: Forms | None = None  # worked out beforehand


@dataclass
class Prepared:
    """One row with what must happen to it. `version` is what was read, 0 for a new one."""

    row: Record
    version: int
    verb: str = "unchanged"
    changed: list[str] = field(default_factory=list)
    distributions: list[Distribution] = field(default_factory=list)
    gone: list[Distribution] = field(default_factory=list)
    moved: bool = False  # whether it leaves an address for another
    files_changed: bool = False
    gesture: str = ""
    layer: Layer | None = None  # to be written with it


def prepare(drafts: Sequence[Draft]) -> list[Prepared]:
    """Rows for these drafts, in their order. Raises Conflict for a draft of a version that is no longer there."""
    drafts = [valid(draft) for draft in drafts]
    rows = existing(drafts)
    for draft in drafts:
        row = rows.get(draft.id) if draft.id else None
        if row and (row.status == Record.Status.DRAFT) != draft.kept:
            raise Refused(_("Cette fiche est déjà publiée. Rechargez sa page.") if draft.kept else _(KEPT))
        if draft.version is not None and draft.version != (row.version if row else 0):
            raise Conflict(_("Quelqu’un d’autre a enregistré cette fiche entre-temps. Relisez-la, puis recommencez."))
    layers = layers_of(rows)
    drafts = [_with_layer(draft, layers) for draft in drafts]
    taken, bodies, places = addresses_taken(drafts), Bodies(drafts), places_named(drafts)
    return [
        _prepare_one(draft, rows.get(draft.id) if draft.id else None, taken, bodies.of, places, layers)
        for draft in drafts
    ]


def prepare_new(draft: Draft) -> Prepared:
    """Of a valid draft that is surely new, asking nothing of the base: its owner stands for its body, no place is looked for.
    Its rows are `inserting.bare`.
    """
    return _prepare_one(draft, None, {}, lambda draft: draft.owner, {}, {}, inserting.bare)


def with_forms(draft: Draft) -> Draft:
    """Of a record that is known, and has the id of the draft: with its forms, asking nothing of the base."""
    draft = valid(draft)
    made = prepare_new(draft)
    row, addresses = made.row, _addresses(made.row, made.distributions)
    return replace(draft, forms=Forms(addresses, row.repaired, row.digest, row.findings, row.conforms, row.problems))


def valid(draft: Draft) -> Draft:
    """Without what could only be said against DCAT-AP; what came stays in the form of the source."""
    values, left = BY_KIND[draft.kind].whole(draft.values)
    same = values is draft.values and not left
    return draft if same else replace(draft, values=values, problems=(*draft.problems, *left))


def _with_layer(draft: Draft, layers: dict[uuid.UUID, Layering]) -> Draft:
    """With what this portal adds to what its source says; the added files come with the rows of the files."""
    layer = layers.get(draft.id) if draft.id else None
    return replace(draft, values=layer.over(draft.values, draft.territory)) if layer else draft


def existing(drafts: Sequence[Draft]) -> dict[Any, Record]:
    found: dict[Any, Record] = {}
    for kind, model in MODELS.items():
        wanted = [draft.id for draft in drafts if draft.id and draft.kind == kind]
        if wanted:
            rows = model.objects.with_forms().filter(pk__in=wanted)  # type: ignore[attr-defined]
            found |= {row.pk: row for row in (rows.prefetch_related("distributions") if model is Dataset else rows)}
    return found


def _prepare_one(
    draft: Draft,
    row: Record | None,
    taken: dict[str, uuid.UUID],
    body_of: Callable[[Draft], int],
    places: dict[str, int],
    layers: dict[uuid.UUID, Layering],
    make: Callable[..., Any] = inserting.new,
) -> Prepared:
    now = timezone.now()
    new = row is None
    if row is None:
        kept = {"owner_id": draft.owner, "private": draft.private, "harvested": draft.harvested}
        row = make(MODELS[draft.kind], id=draft.id or uuid.uuid4(), **kept)
    prepared, layer = Prepared(row, 0 if new else row.version), layers.get(row.pk)
    if draft.harvested and not new and not row.harvested:
        return prepared  # its home is here: what another catalogue says of it changes nothing
    prepared.moved = _address(draft, row, taken)
    before = row.digest, row.said, row.status
    prepared.changed = fill(row, BY_KIND[draft.kind], draft.values, blank=new)
    row.published_by_id = body_of(draft)
    held = _hold(row, draft, places)
    if row.kind == Dataset.kind:
        _distributions(prepared, row, draft, layer, make)
    _forms(row, draft, prepared.distributions, layer)
    # What somebody here took out of sight stays so, whatever its source goes on saying.
    if not (draft.harvested and row.status == Record.Status.WITHDRAWN and not draft.returns):
        row.status, row.withdrawn_reason = Record.Status.DRAFT if draft.kept else Record.Status.PUBLISHED, ""
    if new:
        prepared.verb, row.updated_at = "created", now
    elif (row.digest, row.said, row.status) != before or held or draft.gesture or (layer and layer.changed):
        if row.digest != before[0] and (prepared.files_changed or not (prepared.changed or draft.gesture)):
            prepared.changed.append("distribution")
        prepared.changed += [*held, *(["local"] if draft.gesture else [])]
        prepared.gesture, prepared.layer = draft.gesture, layer.row if layer else None
        prepared.changed = prepared.changed or (["status"] if before[2] != row.status else ["said"])
        prepared.verb, row.updated_at, row.version = "updated", now, row.version + 1
    return prepared


def _hold(row: Any, draft: Draft, places: dict[str, int]) -> list[str]:
    """Whose the record is and of which territory, which neither form says; the names of what changed."""
    held = {"owner_id": draft.owner, "replicated": draft.replicated} if draft.harvested else {}
    changed = [name.removesuffix("_id") for name, value in held.items() if getattr(row, name) != value]
    for name, value in held.items():
        setattr(row, name, value)
    if row.kind == Dataset.kind:
        territory = places.get(place_named(draft.values), draft.territory)
        if row.territory_id != territory:
            row.territory_id = territory
            changed.append("territory")
    return changed


def _address(draft: Draft, row: Record, taken: dict[str, uuid.UUID]) -> bool:
    """DESIGN: the source's IRI when it can be ours and nobody else has it, else minted once. Whether it left another."""
    before = row.uri
    ours = draft.uri != row.uri and ownable(draft.uri, draft.home)
    if ours and taken.setdefault(draft.uri, row.pk) == row.pk:
        row.former_uris = [uri for uri in dict.fromkeys([*row.former_uris, row.uri]) if uri not in ("", draft.uri)]
        row.uri = draft.uri
    row.uri = row.uri or minted(row.pk)
    return before not in ("", row.uri)


def _distributions(
    prepared: Prepared, row: Any, draft: Draft, layer: Layering | None, make: Callable[..., Any]
) -> None:
    """The rows to write and those to drop: the source's files, then those that were added here, under their own keys.

    A file keeps its id by its address, then its URL, then URL and title. One that was added goes on as the source's once that gives it.
    """
    added = dict(layer.files(draft.values.get("distribution", []))) if layer else {}
    known = {old.pk: old for old in row.distributions.all()} if prepared.version else {}
    by_trait: dict[str, list[Distribution]] = {}
    for old in known.values():
        if old.pk not in added:
            said = {"uri": old.uri, "access_url": old.access_url, "download_url": old.download_url, "title": old.title}
            for trait in traits_of_file(said):
                by_trait.setdefault(trait, []).append(old)
    seen: set[uuid.UUID] = set()
    addresses: set[str] = set()
    for values in draft.values.get("distribution", []):
        traits = traits_of_file(values) if by_trait else ()
        known_by = (old for trait in traits for old in by_trait.get(trait, ()) if old.pk not in seen)
        file = next(known_by, None) or make(Distribution, id=uuid.uuid4(), dataset_id=row.pk)
        seen.add(file.pk)
        free = ownable(uri := values.get("uri", ""), draft.home) and uri not in addresses and uri != row.uri
        file.uri = uri if free else minted(file.pk)
        addresses.add(file.uri)
        _file(prepared, file, values, Distribution.Origin.SOURCE, blank=file.pk not in known)
    for key, values in added.items():
        old = known.get(key) or make(Distribution, id=key, dataset_id=row.pk)
        _file(prepared, old, values, Distribution.Origin.LOCAL, blank=key not in known)
    prepared.gone = [old for old in known.values() if old.pk not in seen and old.pk not in added]
    prepared.files_changed |= bool(prepared.gone)


def _file(prepared: Prepared, file: Distribution, values: Values, origin: Distribution.Origin, *, blank: bool) -> None:
    prepared.files_changed |= bool(fill(file, DISTRIBUTION, values, blank=blank))
    if origin == Distribution.Origin.LOCAL:
        file.uri = minted(file.pk)
    file.origin, file.position = origin, len(prepared.distributions)
    prepared.distributions.append(file)


def _forms(row: Record, draft: Draft, distributions: list[Distribution], layer: Layering | None) -> None:
    """The repaired form from the row itself, so that what we export is what we hold; what came is kept as it came."""
    told = draft.forms
    if told is None or layer or row.former_uris or told.addresses != _addresses(row, distributions):
        told = _worked_out(row, draft, distributions, layer)
    _, row.repaired, row.digest, row.findings, row.conforms, row.problems = told
    row.said = draft.said


def _worked_out(row: Record, draft: Draft, distributions: list[Distribution], layer: Layering | None) -> Forms:
    kind = BY_KIND[draft.kind]
    said: Nodes = {}
    kind.say(row.uri, record_values(row, distributions), said, minted(row.pk))
    findings = conformity.kept(check_nodes(said, address(row.uri), kind))
    local = [file.pk for file in distributions if file.origin == Distribution.Origin.LOCAL]
    repaired = canonical_lines(said, layer.statements(local) if layer else ())
    problems = [[p.path, p.fault, p.said.replace("\0", ""), p.mended] for p in draft.problems[:200]]
    conforms = conformity.conforms(findings)
    return Forms(_addresses(row, distributions), repaired, digest(repaired), findings, conforms, problems)


def _addresses(row: Record, distributions: list[Distribution]) -> list[str]:
    return [row.uri, *(file.uri for file in distributions)]


def findings_of(row: Record) -> list[Any]:
    """What the checks of today find in the repaired form that a row holds."""
    return conformity.kept(check_nodes(in_lines(row.repaired), address(row.uri), BY_KIND[row.kind]))
