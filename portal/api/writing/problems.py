"""What a program that writes is told when it cannot be done: a code that stays, and words in French or in English (RFC 9457).

Each code says what to do next. `FAULTS` are those of one field, told with its place in the body (RFC 6901).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

from portal.api.http import problem


class Words(NamedTuple):
    """A title, and what to do."""

    title: str
    detail: str


class Code(NamedTuple):
    status: int
    fr: Words
    en: Words


# fmt: off
CODES: Final[dict[str, Code]] = {
    "unauthenticated": Code(401,
        Words("Il faut un jeton", "Faites un jeton qui écrit sur « Mon compte », puis donnez-le dans l’en-tête Authorization: Bearer."),
        Words("A token is needed", "Make a token that writes on your account page, then send it as Authorization: Bearer.")),
    "csrf": Code(403,
        Words("Jeton de formulaire absent", "Depuis un navigateur, envoyez l’en-tête X-CSRFToken ; depuis un programme, un jeton d’accès."),
        Words("Form token missing", "From a browser, send the X-CSRFToken header; from a program, an access token.")),
    "forbidden": Code(403,
        Words("Vous ne pouvez pas faire cela ici", "Demandez le droit à l’administrateur de l’organisation, ou prenez un jeton qui écrit pour elle."),
        Words("You may not do this here", "Ask the administrator of the organisation for the right, or use a token that writes for it.")),
    "second-person": Code(403,
        Words("Une deuxième personne doit relire", "Créez un brouillon, soumettez-le, et une autre personne le publiera ; proposez un changement sur sa page."),
        Words("A second person must read this", "Create a draft and submit it, and somebody else will publish it; propose a change on its page.")),
    "harvested": Code(403,
        Words("Cette fiche vient d’une source", "Corrigez-la à sa source, ou complétez-la sur sa page."),
        Words("This record comes from a source", "Correct it there, or complete it on its page.")),
    "name-of-another": Code(403,
        Words("Vous ne publiez pas au nom de cette organisation", "Dites un autre « publisher », ou demandez un mandat à cette organisation."),
        Words("You do not publish in the name of this organisation", "Say another publisher, or ask that organisation for a mandate.")),
    "not-found": Code(404,
        Words("Introuvable", "Vérifiez l’identifiant, et que votre jeton voit cette fiche."),
        Words("Not found", "Check the identifier, and that your token may see this record.")),
    "method": Code(405,
        Words("Méthode impossible à cette adresse", "Prenez l’une de celles de l’en-tête Allow."),
        Words("No such method at this address", "Use one of those in the Allow header.")),
    "conflict": Code(409,
        Words("La fiche n’est plus dans cet état", "Relisez-la, puis recommencez si c’est encore utile."),
        Words("The record is no longer in that state", "Read it again, then try again if that still makes sense.")),
    "withdrawn": Code(409,
        Words("Cette fiche est retirée", "Remettez-la d’abord en ligne : POST …/state, {\"state\": \"published\"}."),
        Words("This record is withdrawn", "Put it back first: POST …/state, {\"state\": \"published\"}.")),
    "key-busy": Code(409,
        Words("Cette clé est en cours", "La même demande est en train d’être faite : redemandez dans quelques secondes."),
        Words("This key is being worked on", "The same request is being done: ask again in a few seconds.")),
    "gone": Code(410,
        Words("Cette fiche a été retirée", "Il n’y a plus rien à lire ici."),
        Words("This record was withdrawn", "There is nothing left to read here.")),
    "moved": Code(412,
        Words("La fiche a changé depuis que vous l’avez lue", "Relisez-la, refaites votre changement, et renvoyez-le avec son nouvel ETag."),
        Words("The record changed since you read it", "Read it again, redo your change, and send it with the new ETag.")),
    "too-large": Code(413,
        Words("Corps trop long", "Un mégaoctet au plus : mettez les données dans un fichier, la fiche ne fait que les décrire."),
        Words("Body too large", "One megabyte at most: put the data into a file, a record only describes it.")),
    "media-type": Code(415,
        Words("Type de contenu inconnu",
            "Envoyez du JSON (application/json ; avec PATCH, application/merge-patch+json), ou la fiche en application/ld+json ou text/turtle."),
        Words("Unknown content type",
            "Send JSON (application/json; with PATCH, application/merge-patch+json), or the record as application/ld+json or text/turtle.")),
    "file-body": Code(415,
        Words("Pas de fichier dans cette demande", "Envoyez le fichier lui-même (curl -T fichier.csv), ou un formulaire multipart/form-data d’un fichier."),
        Words("No file in this request", "Send the file itself (curl -T file.csv), or a multipart/form-data form with one file.")),
    "file-name": Code(400,
        Words("Fichier sans nom", "Donnez son nom dans l’adresse : ?name=arbres.csv, ou dans l’en-tête Content-Disposition."),
        Words("File without a name", "Give its name in the address: ?name=trees.csv, or in the Content-Disposition header.")),
    "file-too-large": Code(413,
        Words("Fichier trop long", "Découpez ce fichier, ou donnez dans la fiche l’adresse où il se télécharge."),
        Words("File too large", "Cut this file in pieces, or give in the record the address where it is downloaded.")),
    "no-room": Code(422,
        Words("Plus de place pour les fichiers", "Retirez des fichiers dont personne ne se sert, ou demandez plus de place à qui tient le portail."),
        Words("No room left for files", "Take away files that nobody uses, or ask whoever runs the portal for more room.")),
    "length-required": Code(411,
        Words("Longueur inconnue", "Dites la longueur dans Content-Length : curl le fait quand il envoie un fichier, et pas ce qu’il lit d’un tuyau."),
        Words("Unknown length", "Say the length in Content-Length: curl does for a file, and not for what it reads from a pipe.")),
    "unfinished": Code(400,
        Words("Envoi interrompu", "Le fichier n’est pas arrivé entier, et rien n’en est gardé : envoyez-le de nouveau."),
        Words("Interrupted upload", "The file did not come whole, and nothing of it is kept: send it again.")),
    "json": Code(400,
        Words("JSON illisible", "Envoyez un objet JSON en UTF-8, sans nom répété ni plus de 32 niveaux."),
        Words("Unreadable JSON", "Send one JSON object in UTF-8, no name twice, at most 32 levels deep.")),
    "rdf": Code(400,
        Words("RDF illisible",
            "Corrigez le document, là où le disent line et column : JSON-LD ou Turtle, en UTF-8, adresses et langues valides."),
        Words("Unreadable RDF",
            "Correct the document, where line and column say: JSON-LD or Turtle, in UTF-8, with valid addresses and languages.")),
    "context": Code(400,
        Words("Contexte JSON-LD inconnu",
            "Rien n’est téléchargé : écrivez le contexte dans le document, ou donnez l’adresse de celui de DCAT-AP."),
        Words("Unknown JSON-LD context",
            "Nothing is fetched: write the context into the document, or give the address of that of DCAT-AP.")),
    "one-record": Code(422,
        Words("Une fiche, et rien d’autre",
            "Décrivez un seul dcat:Dataset (sous /api/services, un dcat:DataService) et ce qui en dépend, sans catalogue autour."),
        Words("One record, and nothing else",
            "Describe one dcat:Dataset (below /api/services, one dcat:DataService) and what belongs to it, without a catalogue around it.")),
    "subject": Code(422,
        Words("Cette adresse ne peut pas être celle de la fiche",
            "Gardez celle que vous avez lue ; pour créer, une adresse publique et libre, ou l’adresse vide, que le portail remplace."),
        Words("This cannot be the address of the record",
            "Keep the one that you read; to make a record, a public address that nothing bears, or the empty one, which the portal replaces.")),
    "query": Code(400,
        Words("Paramètre illisible", "dry-run vaut 1 ou 0."),
        Words("Unreadable parameter", "dry-run is 1 or 0.")),
    "key": Code(400,
        Words("Clé impossible", "Une Idempotency-Key a de 1 à 255 caractères ASCII visibles ; un UUID convient."),
        Words("Impossible key", "An Idempotency-Key has 1 to 255 visible ASCII characters; a UUID will do.")),
    "invalid": Code(422,
        Words("Des champs sont à corriger", "Corrigez chaque champ que « errors » désigne, puis renvoyez la demande."),
        Words("Some fields must be corrected", "Correct each field that \"errors\" points at, then send the request again.")),
    "refused": Code(422,
        Words("Refusé", "Lisez ce qui manque, complétez la fiche, puis recommencez."),
        Words("Refused", "Read what is missing, complete the record, then try again.")),
    "key-reused": Code(422,
        Words("Cette clé a servi à une autre demande", "Prenez une nouvelle Idempotency-Key pour chaque demande différente."),
        Words("This key was used for another request", "Use a new Idempotency-Key for each different request.")),
    "no-dry-run": Code(422,
        Words("Pas d’essai pour cela", "Ce geste prévient des personnes : il n’a pas d’essai à blanc. Retirez dry-run."),
        Words("No dry run of this", "This tells people: it has no dry run. Leave dry-run out.")),
    "precondition-required": Code(428,
        Words("Dites quelle version vous changez", "Lisez la fiche, puis renvoyez son ETag dans l’en-tête If-Match."),
        Words("Say which version you change", "Read the record, then send its ETag in the If-Match header.")),
    "too-many": Code(429,
        Words("Trop de demandes", "Attendez le nombre de secondes que dit Retry-After, puis reprenez moins vite."),
        Words("Too many requests", "Wait for the seconds that Retry-After says, then go on more slowly.")),
}
# fmt: on
FAULTS: Final[dict[str, tuple[str, str]]] = {
    "unknown-field": ("Ce champ n’existe pas : retirez-le.", "There is no such field: leave it out."),
    "read-only": (
        "Ce champ ne s’écrit pas : retirez-le, ou laissez la valeur lue.",
        "This field cannot be written: leave it out, or keep the value that you read.",
    ),
    "required": ("Ce champ est obligatoire : donnez-le.", "This field is mandatory: give it."),
    "type": (
        "Cette valeur n’est pas du bon genre : voyez le schéma, /api/schemas.",
        "This value is of the wrong type: see the schema, /api/schemas.",
    ),
    "form": (
        "Cette valeur n’a pas la forme attendue : voyez le schéma, /api/schemas.",
        "This value has not the expected form: see the schema, /api/schemas.",
    ),
    "address": (
        "Donnez une adresse entière, par exemple https://ville.example/donnees.",
        "Give a whole address, such as https://town.example/data.",
    ),
    "text": ("Donnez un texte, sans caractères de contrôle.", "Give a text, without control characters."),
    "too-long": ("Cette valeur est trop longue : raccourcissez-la.", "This value is too long: shorten it."),
    "language": ('Un texte se donne par langue : {"fr": "…"}.', 'A text is given by language: {"fr": "…"}.'),
    "empty": ("Retirez ce champ plutôt que de le laisser vide.", "Leave this field out rather than empty."),
    "choice": (
        "Cette valeur n’est pas l’une de celles que l’on peut choisir : voyez docs/api-writing.md.",
        "This value is none of those that one may choose: see docs/api-writing.md.",
    ),
    "several": ("Il n’y a place que pour une valeur : n’en gardez qu’une.", "There is room for one value: keep one."),
    "not-proposed": (
        "Ce que le profil DCAT-AP ne prévoit pas ne se propose pas : laissez ces triplets comme vous les avez lus.",
        "What DCAT-AP has no place for cannot be proposed: leave those triples as you read them.",
    ),
    "unknown-owner": (
        "Aucune organisation de ce nom ne publie ici : donnez la dernière partie de son adresse.",
        "No such organisation publishes here: give the last part of its address.",
    ),
    "file-address": (
        "L’adresse d’un fichier est donnée par le portail : retirez-la, ou laissez celle que vous avez lue.",
        "The address of a file is given by the portal: leave it out, or keep the one that you read.",
    ),
}


class Fault(NamedTuple):
    """Something wrong at one place of the body."""

    pointer: str
    code: str


class Wrong(Exception):
    """It cannot be done; `said`: in French, why this one. `headers` go with the answer, `more` into its body."""

    def __init__(
        self,
        code: str,
        said: str = "",
        *,
        faults: Sequence[Fault] = (),
        headers: dict[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(code)
        self.code, self.said, self.faults, self.headers, self.more = code, said, faults, headers or {}, more


def language_of(request: HttpRequest) -> str:
    """French, unless English is liked better (RFC 9110 §12.5.4)."""
    for tag, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()):
        if tag[:2] in ("fr", "en"):
            return tag[:2]
    return "fr"


def answer(request: HttpRequest, error: Wrong) -> HttpResponse:
    """The problem in the language of who asks; in English, `message` keeps what was said in French of this very case."""
    language = language_of(request)
    code = CODES[error.code]
    words = code.fr if language == "fr" else code.en
    more = {"code": error.code, **error.more}
    detail = error.said or words.detail if language == "fr" else words.detail
    if error.said and language != "fr":
        more["message"] = error.said
    if error.faults:
        more["errors"] = [
            {"pointer": fault.pointer, "code": fault.code, "detail": FAULTS[fault.code][language != "fr"]}
            for fault in error.faults[:100]
        ]
    response = problem(code.status, words.title, detail, **more)
    for name, value in error.headers.items():
        response[name] = value
    response["Content-Language"] = language
    patch_vary_headers(response, ["Accept-Language"])
    return response
