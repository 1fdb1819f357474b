"""What programs are told of a search that cannot be answered as it was asked (RFC 9457)."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse

from catalogue.search.contract import SearchError
from portal.api.http import problem
from portal.asking import Remark


def refused(remarks: Sequence[Remark]) -> HttpResponse:
    """400: a person would be shown something near; a program is told what to write instead."""
    detail = " ".join(f"{remark.fault}." for remark in remarks)
    errors = [{"parameter": remark.name, "detail": f"{remark.fault}."} for remark in remarks]
    return problem(400, "Recherche mal écrite", detail, errors=errors)


def away(error: SearchError) -> HttpResponse:
    """503: the index is being made, or its server is down."""
    response = problem(503, "La recherche ne répond pas", error.message)
    response["Retry-After"] = "60"
    return response
