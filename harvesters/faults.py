"""The names of faults of real catalogues: in French, for the report that goes to the producer, told by gettext on pages; and where each was met."""

from catalogue.spoken import gettext_noop as _

REPAIRS = {
    "address-as-text": _("une adresse était écrite comme un texte"),
    "address-escaped": _("une adresse contenait des caractères interdits (espaces, accents) : ils ont été encodés"),
    "label-as-concept": _("un terme de vocabulaire était donné par son libellé ou son code"),
    "concept-spelling": _("l’adresse d’un terme de vocabulaire était mal écrite (casse, https, autre préfixe)"),
    "concept-close": _("un thème d’un autre vocabulaire porte le nom d’un thème européen : les deux sont gardés"),
    "label-kept": _(
        "un terme sans correspondance dans nos vocabulaires était donné par son libellé : il est gardé tel quel"
    ),
    "name-as-agent": _("un organisme ou un contact était donné par son seul nom"),
    "outline-as-text": _("une étendue était donnée par quatre nombres (ouest, sud, est, nord)"),
    "place-as-text": _("un lieu était donné par son seul nom"),
    "date-spelling": _("une date n’était pas au format ISO 8601"),
    "size-spelling": _("une taille n’était pas un nombre entier d’octets"),
    "line-breaks": _("un titre ou un nom tenait sur plusieurs lignes : il a été mis sur une seule"),
    "keywords-joined": _("plusieurs mots-clés étaient écrits en un seul texte : ils ont été séparés"),
    "too-long": _("un texte dépassait un million de caractères : il est gardé dans la forme d’origine seulement"),
    "phone-number": _("un numéro de téléphone n’avait pas la forme tel:"),
    "identifier-as-text": _("un autre identifiant était donné comme un simple texte"),
    "without-scheme": _("une adresse n’avait ni http:// ni https:// devant"),
    "placeholder": _("une valeur était restée le gabarit du logiciel ({{…}}) : il faut la remplir à la source"),
    "private-address": _("un lien menait à un réseau privé : il n’est pas publié"),
    "html": _("un texte contenait du HTML : il a été mis en texte simple"),
    "control-characters": _("un texte contenait des caractères de contrôle : ils ont été ôtés"),
    "mail-address": _("une adresse électronique n’avait pas la forme mailto:"),
    "several-values": _("plusieurs valeurs là où le profil en veut une : une seule a été gardée"),
    "download-as-access": _("un fichier n’avait que son adresse de téléchargement : elle sert aussi d’adresse d’accès"),
    "undescribed-file": _("un fichier était annoncé sans que rien n’en soit dit"),
    "incomplete-node": _(
        "un élément facultatif n’avait pas ce que DCAT-AP exige de lui (un nom, une valeur) : il est gardé dans la forme d’origine seulement"
    ),
    "unknown-concept": _(
        "un terme n’est ni du vocabulaire européen ni nommé par la source : il est gardé dans la forme d’origine seulement"
    ),
    "unreadable": _("une valeur n’a pas pu être lue : elle est gardée dans la forme d’origine seulement"),
    "encoding-guessed": _("le document n’était pas dans l’encodage qu’il annonce"),
    "encoding-converted": _("le document n’était pas en UTF-8"),
    "context-inlined": _("le contexte JSON-LD a été pris dans notre table"),
    "lenient": _("le document contenait des adresses ou des langues invalides"),
    "iri-escaped": _(
        "une adresse contenait des caractères que le RDF interdit : ils ont été encodés, dans la forme d’origine aussi"
    ),
    "language-dropped": _("une étiquette de langue n’en était pas une : le texte est gardé sans elle"),
    "datatype-dropped": _("un texte se disait d’une langue sans dire laquelle : il est gardé comme un simple texte"),
    "triple-dropped": _("une affirmation ne pouvait pas s’écrire en RDF : elle a été laissée de côté"),
    "quoted-triples": _(
        "des affirmations portaient sur d’autres affirmations (RDF 1.2) : elles ont été laissées de côté"
    ),
    "graphs-merged": _("le document rangeait ses affirmations dans plusieurs graphes nommés : ils ont été réunis"),
    "gtfs-in-folder": _("les fichiers du GTFS étaient dans un dossier de l’archive, pas à sa racine"),
    "stray-text": _("du texte traînait entre les éléments du document RDF/XML : il a été laissé de côté"),
}

# What the rules of reception of a source changed: decided here, and nothing for its producer to correct.
RULED = {
    "rule-theme": _("un thème est dit autrement qu’à la source, par une règle de réception"),
    "rule-licence": _("une licence est dite autrement qu’à la source, par une règle de réception"),
    "rule-format": _("un format est dit autrement qu’à la source, par une règle de réception"),
    "rule-publisher": _("la source ne nomme pas de producteur : une règle de réception le dit"),
    "rule-title": _("un préfixe a été mis devant le titre par une règle de réception"),
}
MENDED = REPAIRS | RULED

# The first catalogue of our tests in which each was met, or the thread of those who met it. The others are ours: what a
# door that anybody may knock at must expect.
SEEN_IN = {
    "address-as-text": "udata/harvest/tests/dcat/paged-collection-2.jsonld",
    "address-escaped": "ckanext-dcat #138, data.gouv.fr #1437",
    "concept-close": "french-snippets/gn_dcat_1_wrapped.rdf",
    "concept-spelling": "french-snippets/gn_naturefrance_csw_wrapped.rdf",
    "control-characters": "udata #2560",
    "datatype-dropped": "ecospheres-metadata/src/tests/test_dcat_exposition.json",
    "date-spelling": "ckanext-dcat/examples/dcat/dataset.rdf",
    "html": "french-snippets/ods_dcat_rennes_metropole.rdf",
    "identifier-as-text": "ckanext-dcat/examples/dcat/dataset.rdf",
    "iri-escaped": "french-snippets/ods_dcat_rennes_metropole.rdf",
    "keywords-joined": "opendatasoft-dcat-draft/catalog.ttl",
    "label-as-concept": "ckanext-dcat/examples/dcat/dataset_gob_es.ttl",
    "label-kept": "udata/harvest/tests/dcat/paged-collection-2.jsonld",
    "lenient": "french-snippets/ods_dcat_rennes_metropole.rdf",
    "line-breaks": "french-snippets/ods_dcat_rennes_metropole.rdf",
    "mail-address": "udata/harvest/tests/dcat/paged-collection-2.jsonld",
    "name-as-agent": "od-scotland/tests/mock_data/dcat/highland.json",
    "outline-as-text": "antwerpen/dcat.xml",
    "phone-number": "it-brescia/catalog.rdf",
    "placeholder": "od-scotland/tests/mock_data/dcat/highland.json",
    "several-values": "semiceu-iso-19139-to-dcat-ap/tests/test-cases/basic_dataset/expected_output.ttl",
    "size-spelling": "ckanext-dcat/examples/dcat/dataset_gob_es.ttl",
    "stray-text": "french-snippets/gn_naturefrance_csw_wrapped.rdf",
    "undescribed-file": "french-snippets/gn_dcat_1_wrapped.rdf",
    "unreadable": "french-snippets/gn_dcat_1_wrapped.rdf",
    "without-scheme": "it-foggia/catalog.rdf",
    "private-address": "data.gouv.fr #913",
}
