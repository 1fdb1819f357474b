"""Logging in through a provider of identities: a certified one, started by the tests, and one that lies."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from catalogue import permissions
from catalogue.accounts import attaching, second_step
from catalogue.models import Attachment, ExternalIdentity, Organisation, User
from portal.environment import Environment
from portal.identities import ProviderSettings
from tests import factories
from tests.accounts.providers import CALLBACK, CLIENT, GOODBYE, SECRET, Liar, Real, confirm, lying, ready, real
from tests.conftest import missing
from tests.pages.conftest import said

pytestmark = [pytest.mark.django_db, pytest.mark.server]
START, LINK = "/connexion/externe/", "/connexion/externe/relier/"
PASSWORD = "un mot de passe d’essai"


@pytest.fixture(scope="module")
def running() -> Iterator[Real]:
    if why := ready():
        missing(why)
    with real() as found:
        yield found


@pytest.fixture
def provider(running: Real, settings: Settings) -> Real:
    configure(settings, running.issuer)
    return running


@pytest.fixture
def liar(settings: Settings) -> Iterator[Liar]:
    with lying(Liar()) as found:
        configure(settings, found.issuer)
        yield found


def configure(settings: Settings, issuer: str) -> None:
    settings.BOUTURE_OIDC_ISSUER, settings.BOUTURE_OIDC_NAME = issuer, "ProConnect"
    settings.BOUTURE_OIDC_CLIENT_ID, settings.BOUTURE_OIDC_CLIENT_SECRET = CLIENT, SECRET
    settings.BOUTURE_OIDC_SCOPES = "openid email given_name usual_name siret organizational_unit idp_id"


def go(client: Client, account: str, then: str = "/moissons/") -> HttpResponse:
    """There and back."""
    started = client.get(f"{START}?next={then}")
    assert started.status_code == 302
    back = confirm(started["Location"], account)
    return client.get(f"{urlsplit(back).path}?{urlsplit(back).query}")


def inside(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


@pytest.fixture
def town(db: None) -> Organisation:
    found = factories.body("Ville d’essai")
    Organisation.objects.filter(pk=found.pk).update(siren="214001920")
    return found


def test_an_agent_arrives_with_no_right_until_an_administrator_accepts(
    provider: Real, client: Client, town: Organisation
) -> None:
    assert go(client, "camille")["Location"] == "/moissons/"
    user = User.objects.get()
    assert (user.email, str(user), user.has_usable_password()) == ("camille@ville.example", "Camille Agent", False)
    assert inside(client) == str(user.pk)
    assert "attend l’accord" in said(client.get("/compte/"))
    assert permissions.role_of(user, town) == ""
    chief, office = factories.person("administrator", town), Client()
    office.force_login(chief)
    page = f"/organisations/{town.slug}/membres/"
    assert "Services techniques" in said(office.get(page)) and "21400192000019" in said(office.get(page))
    asked = Attachment.objects.get()
    office.post(page, {"geste": "rattacher", "demande": asked.pk, "role": "contributor"})
    assert permissions.role_of(user, town) == "contributor"
    assert go(Client(), "camille")["Location"] == "/moissons/"
    assert (User.objects.count(), ExternalIdentity.objects.count(), Attachment.objects.count()) == (2, 1, 1)


def test_who_is_refused_does_not_ask_again(provider: Real, client: Client, town: Organisation) -> None:
    go(client, "camille")
    office = Client()
    office.force_login(factories.person("administrator", town))
    page = f"/organisations/{town.slug}/membres/"
    office.post(page, {"geste": "rattacher", "demande": Attachment.objects.get().pk, "role": ""})
    go(Client(), "camille")
    assert "Services techniques" not in said(office.get(page))
    assert permissions.role_of(User.objects.get(email="camille@ville.example"), town) == ""


def test_only_an_administrator_of_that_body_accepts(provider: Real, client: Client, town: Organisation) -> None:
    go(client, "camille")
    other = factories.body()
    office = Client()
    office.force_login(factories.person("administrator", other))
    wish = {"geste": "rattacher", "demande": Attachment.objects.get().pk, "role": "administrator"}
    assert office.post(f"/organisations/{town.slug}/membres/", wish).status_code == 403
    office.post(f"/organisations/{other.slug}/membres/", wish)
    assert not any(permissions.role_of(User.objects.get(email="camille@ville.example"), body) for body in (town, other))


def test_an_account_is_not_taken_over_because_the_address_is_the_same(provider: Real, client: Client) -> None:
    user = factories.person()
    User.objects.filter(pk=user.pk).update(email="camille@ville.example")
    assert go(client, "camille")["Location"] == LINK
    assert inside(client) is None and client.get("/compte/").status_code == 302
    assert "Ce n’est pas le mot de passe" in said(client.post(LINK, {"password": "faux"}))
    assert inside(client) is None and not ExternalIdentity.objects.exists()
    assert client.post(LINK, {"password": PASSWORD})["Location"] == "/moissons/"
    assert inside(client) == str(user.pk)
    again = Client()
    go(again, "camille")
    assert inside(again) == str(user.pk)


@pytest.mark.parametrize("way", ["known", "linked"])
def test_the_second_step_is_asked_all_the_same(provider: Real, client: Client, way: str) -> None:
    user = factories.person(is_superuser=True)
    User.objects.filter(pk=user.pk).update(email="camille@ville.example")
    second_step.SecondStep.objects.create(person=user, sealed="x")
    if way == "known":
        attaching.link(user, provider.issuer, "camille")
        assert go(client, "camille")["Location"] == "/connexion/code/"
    else:
        go(client, "camille")
        assert client.post(LINK, {"password": PASSWORD})["Location"] == "/connexion/code/"
    assert inside(client) is None


def test_a_closed_account_stays_closed(provider: Real, client: Client) -> None:
    go(client, "camille")
    User.objects.update(is_active=False)
    other = Client()
    assert go(other, "camille")["Location"] == LINK
    assert inside(other) is None
    other.post(LINK, {"password": PASSWORD})
    assert inside(other) is None and User.objects.count() == 1


def test_an_agent_without_an_address_or_a_siret(provider: Real, client: Client, town: Organisation) -> None:
    assert "n’a pas donné votre adresse" in said(go(client, "sans-adresse"))
    assert inside(client) is None and not User.objects.exists()
    assert go(client, "ailleurs").status_code == 302
    assert inside(client) and not Attachment.objects.exists()


def test_what_came_back_serves_once_and_for_that_session_alone(provider: Real, client: Client) -> None:
    back = urlsplit(confirm(client.get(START)["Location"], "camille"))
    address = f"{back.path}?{back.query}"
    other = Client()
    other.get(START)
    for stranger in (other, Client()):
        assert "interrompue" in said(stranger.get(address)) and inside(stranger) is None
    assert client.get(address).status_code == 302
    assert client.get(address).status_code == 400


@pytest.mark.parametrize("name", ["nonce", "verifier", "state"])
def test_what_the_session_remembers_must_be_what_comes_back(provider: Real, client: Client, name: str) -> None:
    back = urlsplit(confirm(client.get(START)["Location"], "camille"))
    session = client.session
    session["openid_start"] = {**session["openid_start"], name: "x" * 50}
    session.save()
    assert client.get(f"{back.path}?{back.query}").status_code == 400
    assert inside(client) is None


def test_it_must_not_take_too_long(provider: Real, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    back = urlsplit(confirm(client.get(START)["Location"], "camille"))
    session = client.session
    session["openid_start"] = {**session["openid_start"], "since": time.time() - 601}
    session.save()
    assert "trop duré" in said(client.get(f"{back.path}?{back.query}"))


def test_who_refuses_there_is_not_in(provider: Real, client: Client) -> None:
    state = parse_qs(urlsplit(client.get(START)["Location"]).query)["state"][0]
    answer = client.get(f"{urlsplit(CALLBACK).path}?state={state}&error=access_denied")
    assert answer.status_code == 400 and "n’a rien confirmé" in said(answer)


@pytest.mark.parametrize("then", ["https://ailleurs.example/", "//ailleurs.example", "/\\ailleurs.example", ""])
def test_the_way_back_stays_on_our_own_host(provider: Real, client: Client, then: str) -> None:
    assert go(client, "camille", then)["Location"] == "/"


def test_keys_may_change_while_we_run(settings: Settings, client: Client) -> None:
    if why := ready():
        missing(why)
    with real(SIGNED="0", AUTH_METHOD="client_secret_basic") as found:  # and userinfo is plain JSON there
        configure(settings, found.issuer)
        assert go(client, "ailleurs").status_code == 302 and inside(client)
        found.stop()
        found.start()
        other = Client()
        assert go(other, "ailleurs").status_code == 302 and inside(other)


def test_to_log_out_ends_the_session_there_too(provider: Real, client: Client) -> None:
    go(client, "camille")
    address = client.post("/deconnexion/")["Location"]
    asked = parse_qs(urlsplit(address).query)
    assert address.startswith(f"{provider.issuer}/session/end?") and asked["post_logout_redirect_uri"] == [GOODBYE]
    assert inside(client) is None
    assert httpx.get(address, trust_env=False).status_code == 200
    client.force_login(factories.person())
    assert client.post("/deconnexion/")["Location"] == "/"


def test_without_a_provider_there_is_nothing(db: None, client: Client) -> None:
    assert client.get(START).status_code == 404
    assert "externe" not in client.get("/connexion/").content.decode()
    assert client.get(LINK)["Location"] == "/connexion/"


def test_a_provider_that_is_gone_stops_nobody_from_the_other_way(settings: Settings, client: Client) -> None:
    configure(settings, "http://127.0.0.1:9")
    answer = client.get(START)
    assert answer.status_code == 400 and "connectez-vous avec votre mot de passe" in said(answer)
    assert START in client.get("/connexion/").content.decode()


def test_a_provider_that_says_the_truth_is_believed(liar: Liar, client: Client) -> None:
    assert lied(liar, client).status_code == 302 and inside(client)


LIES: list[dict[str, Any]] = [
    {"lie": {"aud": "another"}},
    {"lie": {"aud": [CLIENT, "another"]}},
    {"lie": {"iss": "http://127.0.0.1:1"}},
    {"lie": {"exp": 1}},
    {"lie": {"exp": None}},
    {"lie": {"nonce": "another"}},
    {"lie": {"nonce": None}},
    {"lie": {"sub": None}},
    {"subject_there": "somebody else"},
    {"signer": "other"},
    {"header": {"alg": "none"}},
    {"header": {"alg": "HS256", "kid": "a"}},
]


@pytest.mark.parametrize("lie", LIES, ids=str)
def test_a_provider_that_lies_lets_nobody_in(liar: Liar, client: Client, lie: dict[str, Any]) -> None:
    for name, value in lie.items():
        setattr(liar, name, value)
    assert lied(liar, client).status_code == 400
    assert inside(client) is None and not User.objects.exists()


def lied(liar: Liar, client: Client) -> HttpResponse:
    asked = parse_qs(urlsplit(client.get(START)["Location"]).query)
    liar.nonce = asked["nonce"][0]
    return client.get(f"{urlsplit(CALLBACK).path}?state={asked['state'][0]}&code=c")


@pytest.mark.parametrize(
    ("issuer", "client_id", "secret", "says"),
    [
        ("", "", "", ""),
        ("https://id.example/api", "bouture", "secret", ""),
        ("http://127.0.0.1:9", "bouture", "secret", ""),
        ("http://id.example", "bouture", "secret", "bouture.E016"),
        ("https://id.example", "", "secret", "bouture.E017"),
        ("https://id.example", "bouture", "", "bouture.E017"),
        ("https://id.example", "bouture", "/nowhere/at/all", "bouture.E017"),
    ],
)
def test_what_is_wrong_in_the_environment_is_told(issuer: str, client_id: str, secret: str, says: str) -> None:
    env = Environment({})
    found = ProviderSettings.read(env, issuer, client_id, secret)
    assert [problem.id for problem in env.problems] == ([says] if says else [])
    assert bool(found.issuer) is bool(issuer and not says)


def test_the_secret_may_be_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s3cret\n")
    found = ProviderSettings.read(Environment({}), "https://id.example/api", "bouture", str(tmp_path / "secret"))
    assert (found.secret, found.origins) == ("s3cret", ("https://id.example",))
