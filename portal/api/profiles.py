"""`?profile=`: the version of DCAT-AP in which a program wants our records (W3C, Content Negotiation by Profile, §8).

Versions are data (`catalogue.dcat.versions`); "source" is no version, but what the source said, triple for triple.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from typing import Any, Final

from django.http import HttpRequest, HttpResponseBase

from catalogue.dcat.versions import CURRENT, VERSIONS, address
from portal.api.http import View, problem


@dataclass(frozen=True)
class Form:
    """Which form of a record, and in which version; `version` is "" for what the source said."""

    name: str
    version: str

    @property
    def uri(self) -> str:
        """By which programs know it; "" for what the source said, which may follow any profile or none."""
        return address(self.version) if self.version else ""

    @property
    def stored(self) -> str:
        """The column of the record that holds it."""
        return "repaired" if self.version else "said"


SOURCE: Final = Form("source", "")
FORMS: Final = {form.name: form for form in (*(Form(f"dcat-ap-{name}", name) for name in VERSIONS), SOURCE)}
DEFAULT: Final = FORMS[f"dcat-ap-{CURRENT}"]


class UnknownProfile(ValueError):
    """No profile of ours has this name."""


def asked(request: HttpRequest) -> Form:
    """By name or by address; the default when nothing is asked. Raises UnknownProfile."""
    name = request.GET.get("profile", "")
    if not name:
        return DEFAULT
    found = FORMS.get(name) or next((form for form in FORMS.values() if form.uri and form.uri == name), None)
    if found is None:
        raise UnknownProfile(name)
    return found


def in_profiles(view: View) -> View:
    """400 with the list for a profile that is not ours; the answer says which one it follows."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            form = asked(request)
        except UnknownProfile:
            return problem(
                400,
                "Profil inconnu",
                f"Ce catalogue ne se dit pas dans ce profil. Demandez l’un de ceux-ci : {', '.join(FORMS)}.",
                profiles={name: form.uri for name, form in FORMS.items()},
            )
        response = view(request, *args, **kwargs)
        if form.uri and response.status_code in (200, 304):
            response["Content-Profile"] = f"<{form.uri}>"
            links = [response.get("Link", ""), f'<{form.uri}>; rel="profile"']
            response["Link"] = ", ".join(filter(None, links))
        return response

    return answer
