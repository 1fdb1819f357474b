"""What a page says can be said in another language: nothing readable stands outside of gettext."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests.languages.extraction import PROJECT
from tests.languages.marking import in_module, in_template

HERE: Final = Path(__file__).parent
TEMPLATES: Final = sorted(str(path.relative_to(PROJECT)) for path in (PROJECT / "templates").rglob("*.*"))


def listed(name: str) -> list[str]:
    lines = (HERE / name).read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


SPOKEN: Final = listed("spoken.txt")  # modules whose texts people read on pages
# Of those modules, by path, what nobody reads: words that are looked for, values of the base.
UNREAD: Final[dict[str, set[str]]] = {
    # A
    "catalogue/dcat/names.py": {"les ", "le ", "la "},  # articles that labels do without
    "portal/asking.py": {"est"},  # the edge of an outline, in addresses
    # end of A
    # B
    "catalogue/themes.py": {"Thèmes du portail"},
    "portal/identity.py": {"Identité du portail"},
    "portal/limits.py": {"Trop de demandes"},
    "portal/pages/own_identity.py": {"le papier", "sans-logo"},
    "portal/pages/own_pages.py": {"sur"},
    "portal/palette.py": {"le papier", "les feuilles"},
    # end of B
    # C
    "catalogue/belonging.py": {"de %(name)s"},  # that it compares with
    "catalogue/tables/query/values.py": {"février", "août", "décembre"},  # as people type them
    "portal/pages/indicators/boards.py": {"Tableau de bord"},  # that a base keeps
    "portal/pages/indicators/taking.py": {"/jeux-de-donnees/"},
    "portal/pages/table_views.py": {"par"},
    # end of C
    # D
    "catalogue/additions.py": {
        "Ajouté sur ce portail",
        "Retiré de ce portail",
        "une note",
    },
    "catalogue/amending.py": {
        "acceptée",
        "refusée",
        "Changement proposé",
        " a répondu à votre proposition.\n\n",
        " propose de changer ",
    },
    "catalogue/restoring.py": {
        "Comme avant la trace ",
    },
    "catalogue/reviewing.py": {
        "le %d/%m/%Y à %H h %M",
        " n’a pas publié ce brouillon, et dit pourquoi :\n\n",
        "Pas publié",
        "Ces données devaient être publiées ",
        " ; elles l’ont été ",
        "Publié en retard",
        " vous demande de relire un brouillon avant qu’il soit publié.",
        "Ce brouillon devait être publié ",
    },
    "catalogue/tabling/deciding.py": {
        "Données personnelles : ",
        "Fichier qui n’a pas pu être lu : ",
    },
    "portal/pages/drafting.py": {
        "sur",
    },
    "portal/pages/fields.py": {
        "de",
    },
    # end of D
    # E
    # Reasons that the trail keeps.
    "catalogue/granting.py": {"Son dernier jour est passé.", "Le groupe « ", " » est supprimé."},
    "portal/pages/accounts/second_step.py": {"Code de connexion retiré."},
    "portal/pages/accounts/sessions.py": {"Mot de passe changé."},
    # Runs that keep them, and what stops a program.
    "harvesters/lease.py": {
        "La moisson a été interrompue ; la suivante reprend ce qui manquait.",
        "La moisson a été reprise par un autre processus ; elle continue là-bas.",
        "La moisson de « ",
        " » est déjà en cours ; attendez qu’elle finisse.",
    },
    "harvesters/schedule.py": {" La source n’est pas moissonnée : corrigez son rythme."},
    # Words that rules are written with, and the short name of a body.
    "harvesters/receiving.py": {"thème"},
    "harvesters/registry.py": {"ce-portail"},
    "harvesters/rules.py": {"mot-clé", "thème"},
    # Articles, that French alone joins to what comes before.
    "catalogue/dcat/wording.py": {"les ", "des ", "le ", "du ", "de "},
    # Names of fields.
    "portal/pages/believing.py": {"sur"},
    "portal/pages/gestures.py": {"sur"},
    "portal/pages/mandates.py": {"par"},
    # A letter to who keeps a catalogue.
    "portal/pages/harvests.py": {"Votre catalogue « "},
    # end of E
}


def test_the_lists_are_of_what_is_there() -> None:
    assert [path for path in [*SPOKEN, *UNREAD] if not (PROJECT / path).is_file()] == []
    assert set(UNREAD) <= set(SPOKEN)


@pytest.mark.parametrize("path", TEMPLATES)
def test_a_template_says_nothing_outside_of_gettext(path: str) -> None:
    assert in_template((PROJECT / path).read_text()) == []


@pytest.mark.parametrize("path", SPOKEN)
def test_a_module_says_nothing_outside_of_gettext(path: str) -> None:
    unread = UNREAD.get(path, set())
    assert [(line, text) for line, text in in_module(PROJECT / path) if text not in unread] == []


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("<p>Bonjour à tous</p>", ["Bonjour à tous"]),
        ('<p>{% translate "Bonjour" %}</p>', []),
        ("<p>{% blocktranslate %}Bonjour {{ name }}{% endblocktranslate %}</p>", []),
        ('<a aria-label="Fermer la page" href="/un/">CSV</a>', ["Fermer la page"]),
        ('<p>{{ count|plural:"jeu de données,jeux de données" }}</p>', ["jeu de données,jeux de données"]),
        ('{{ text|default:_("non précisé") }}', []),
        ('{% field "le nom de la page" %}', ["le nom de la page"]),
        ("{% comment %}Rien de tout cela{% endcomment %}<script>const un = 'les';</script>", []),
        ("<p>{{ before }} jeux</p>", ["… jeux"]),
    ],
)
def test_what_is_said_in_french_alone_is_seen(template: str, found: list[str]) -> None:
    assert in_template(template) == found


def test_what_a_module_says_in_french_alone_is_seen(tmp_path: Path) -> None:
    module = tmp_path / "said.py"
    module.write_text(
        '"""Un module."""\nlogger.info("rien de tel")\nA = _("Rien de tel")\nB = "Rien de tel"\nC = f"le {A}"\nD = "key"\n'
    )
    assert list(in_module(module)) == [(4, "Rien de tel"), (5, "le ")]
