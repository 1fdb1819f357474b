"""What the parts of the style page show: values as pages give them to the same templates. The town and its figures are invented."""

from __future__ import annotations

from typing import Any, Final

from catalogue.models import Dataset
from catalogue.quality.metrics import V2
from portal.asking import Asked
from portal.charts.bars import bars
from portal.charts.chart import Bar, Chart, Measured
from portal.charts.periods import period
from portal.charts.scales import Scale
from portal.charts.sparks import spark_line
from portal.charts.trends import Level, Point, Trend, trend
from portal.pages import front, quality
from portal.pages.choosing import Choice
from portal.pages.fields import Control
from portal.pages.files import File
from portal.pages.links import LinkState
from portal.pages.pager import pager
from portal.pages.rows import Row
from portal.pages.tables_shown import TableLine

HERE: Final = "#listes"  # where the links of examples lead
POINTS: Final = 0.77 * V2.most  # of quality
KILOS: Final = (286, 283, 279, 274, 268, None, 255, 249, 240, 231)
ROW: Final = Row(
    Dataset(),
    "Corbeilles de rue",
    "Ville de Port-Lanvern",
    "24 novembre 2026",
    "CSV, GeoJSON",
    "Licence Ouverte 2.0",
    False,
)
BODY: Final = {"get_absolute_url": HERE, "name": "Ville de Port-Lanvern", "dataset_count": 18}
FILES: Final = (
    File(
        "points-apport-volontaire.csv", "CSV", "CSV", HERE, True, ("1 204 lignes", "186 ko"), "", "", None, "", TableLine(HERE)
    ),
    File(
        "plan-des-tournees.pdf", "PDF", "PDF", HERE, False, ("2,1 Mo",), "", "",
        LinkState("ne répond plus depuis le 20 novembre", failing=True), "",
    ),
)  # fmt: skip
ANSWER: Final = {
    "title": "Déchets ménagers par habitant", "address": HERE, "value": "231", "place": "kg par habitant, Port-Lanvern",
    "period": "2024", "spark": spark_line(KILOS), "changed": "55 kg de moins qu’en 2015",
    "source": ("Tonnages de déchets collectés", HERE),
}  # fmt: skip
CHOICES: Final = (
    Choice("Environnement", 18, True, HERE),
    Choice("Transports", 7, False, HERE),
)
RUNS: Final = {
    "told": "deux sans faute, un sans changement, un en partie, un en échec",
    "marks": [
        {"kind": kind, "x": 8 + 12 * at} for at, kind in enumerate(("done", "same", "done", "partial", "failed"))
    ],
}
CONTROLS: Final = (
    Control("style-titre", "Titre", "line", "Corbeilles de rue", hint="Ce qu’un habitant taperait."),
    Control("style-courriel", "Courriel", "line", "nom.example", error="Il manque l’arobase : nom@exemple.fr."),
    Control("style-sujet", "Sujet", "select", choices=[("ENVI", "Environnement", True), ("TRAN", "Transports", False)]),
    Control("style-qui", "Qui peut voir", "radios", choices=[("tous", "Tout le monde", True), ("conseil", "Le conseil municipal", False)]),
)  # fmt: skip
FIGURES: Final = {
    "headline": "La commune en trois chiffres",
    "identity": {"itself": {"address": HERE}, "of": "de Port-Lanvern"},
    "figures": [
        {
            "address": HERE, "title": title, "said": said, "unit": unit, "when": "en 2024", "spark": spark_line(line, *front.DRAWN),
            "ends": (str(2025 - len(line)), "2024"), "changed": changed, "source": {"address": HERE, "name": source},
        }
        for title, said, unit, line, changed, source in (
            ("Déchets par habitant", "231", "kg par habitant", KILOS, "55 kg de moins qu’en 2015", "Tonnages de déchets collectés"),
            ("Dépenses d’équipement", "412", "€ par habitant", (310, 365, 402, 388, 412), "24 € de plus qu’en 2023", "Budget de la commune"),
            ("Part de l’énergie renouvelable", "38 %", "", (22, 24, 29, 33, 38), "5 points de plus qu’en 2023", "Consommation d’énergie"),
        )
    ],
}  # fmt: skip
DRAWN: Final = ("meta", "choices", "files")  # of portal.pages.drawn
PARTS: Final = (
    "ask", "crumbs", "answer", "pager", "body", "leaf", "node", "runs", "chart",
    "quality_line", "front_figures", "steps",
)  # fmt: skip


def shown() -> dict[str, Any]:
    """Of every part, by the names that its template asks for."""
    return {
        "asked": Asked(), "answer": ANSWER, "row": ROW, "pager": pager(2, 60, lambda number: HERE), "files": FILES,
        "body": BODY, "choices": CHOICES, "field": {"controls": CONTROLS}, "runs": RUNS,
        "placed": quality.placed(V2, POINTS), "charts": (_trend(), _bars()), "front": FIGURES,
    }  # fmt: skip


def _trend() -> Chart:
    points = [
        Point(when, kilos, mark="estimé" if year == 2021 else "", median=median)
        for year, kilos, median in zip(range(2015, 2025), KILOS, range(298, 268, -3), strict=True)
        if (when := period(year))
    ]
    given = Trend(
        "Port-Lanvern jette 55 kg de moins par habitant qu’en 2015",
        "Déchets ménagers, en kg par habitant",
        "Port-Lanvern",
        points,
        Scale("kg"),
        [Level(220, "objectif 2030")],
    )
    return trend(given, "style-annees")


def _bars() -> Chart:
    tons = (("Verre", 412), ("Papier et emballages", 388), ("Biodéchets", 201), ("Textile", 44))
    measured = Measured("Tonnes collectées", "par matière, 2024", "t", parts=True, axis="matière, 2024")
    return bars([Bar(label, value) for label, value in tons], measured, "style-matieres")
