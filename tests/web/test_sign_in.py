"""The door: sign-in, cookies, forged forms, fixation, codes and first passwords, as a browser meets them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pyotp
import pytest
from tests.web.visitor import signed_in, words

from healthrec.app import create_app
from healthrec.demo.load import PASSWORD
from healthrec.http.limits import WRONG_SIGN_INS, address_may_try, address_was_wrong, network_of
from healthrec.services.accounts.administer import Wanted, ask_second_factor, create_account
from healthrec.services.context import Services, operator

pytestmark = pytest.mark.one_database


class Browser:
    """Requests without help: cookies are kept, redirects are not followed."""

    def __init__(self, services: Services, runner: asyncio.Runner, base: str) -> None:
        transport = httpx.ASGITransport(app=create_app(services), client=("198.51.100.9", 1))
        self.client = httpx.AsyncClient(transport=transport, base_url=base)
        self._runner = runner

    def get(self, address: str) -> httpx.Response:
        return self._runner.run(self.client.get(address))

    def post(self, address: str, data: dict[str, str], **headers: str) -> httpx.Response:
        return self._runner.run(self.client.post(address, data=data, headers=headers))

    def enter(self, username: str = "doctor", password: str = PASSWORD) -> httpx.Response:
        return self.post("/login", {"username": username, "password": password})


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture
def browser(shared_services: Services, runner: asyncio.Runner) -> Browser:
    return Browser(shared_services, runner, "http://127.0.0.1")


def csrf(page: httpx.Response) -> str:
    return page.text.split('name="csrf" value="', 1)[1].split('"', 1)[0]


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(browser: Browser) -> None:
    cookie = browser.enter().headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie


def test_over_tls_the_cookie_goes_over_tls_only(shared_services: Services, runner: asyncio.Runner) -> None:
    browser = Browser(shared_services, runner, "https://127.0.0.1")
    told = [browser.enter(), browser.post("/preferences", {"language": "en", "type": "large"})]
    browser.client.cookies.delete("hr_session")
    browser.client.cookies.set("hr_session", "hrs_" + "x" * 43)
    told.append(browser.get("/children"))
    cookies = [cookie for answer in told for cookie in answer.headers.get_list("set-cookie")]
    assert [cookie.partition("=")[0] for cookie in cookies] == ["hr_session", "hr_language", "hr_type", "hr_flash"]
    assert all("; Secure" in cookie for cookie in cookies)


def test_a_wrong_password_is_told_without_a_cookie(browser: Browser) -> None:
    answer = browser.enter(password="Not-the-one-1")
    assert answer.status_code == 401
    assert "用户名或密码不正确" in words(answer)
    assert "set-cookie" not in answer.headers
    assert browser.enter("nobody-here").text.count("用户名或密码不正确") == answer.text.count("用户名或密码不正确")


def test_a_session_that_was_planted_is_not_the_one_that_opens(browser: Browser) -> None:
    browser.enter()
    planted = browser.client.cookies["hr_session"]
    browser.enter()
    assert browser.client.cookies["hr_session"] != planted
    browser.client.cookies.set("hr_session", planted)
    browser.client.cookies.delete("hr_session", domain="127.0.0.1")
    assert browser.get("/").status_code == 303


@pytest.mark.parametrize(
    ("asked", "led"),
    [("/children?q=a", "/children?q=a"), ("//evil.example", "/"), ("https://evil.example", "/"), ("/\\evil", "/")],
)
def test_after_the_sign_in_only_pages_of_ours_follow(browser: Browser, asked: str, led: str) -> None:
    answer = browser.post("/login", {"username": "doctor", "password": PASSWORD, "next": asked})
    assert answer.headers["location"] == led


def test_without_a_session_a_page_leads_to_the_sign_in_and_back(browser: Browser) -> None:
    answer = browser.get("/children?q=a")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?next=%2Fchildren%3Fq%3Da"


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("address", ["/login", "/preferences"])
def test_a_form_of_another_site_does_not_sign_anybody_in(browser: Browser, site: str, address: str) -> None:
    data = {"username": "doctor", "password": PASSWORD, "language": "en"}
    answer = browser.post(address, data, **{"sec-fetch-site": site})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_a_form_without_the_sessions_token_does_nothing(browser: Browser, shared_services: Services) -> None:
    browser.enter()
    assert browser.post("/logout", {}).status_code == 403
    with signed_in(shared_services, "nurse") as nurse:
        foreign = csrf(nurse.get("/account/password"))
    assert browser.post("/logout", {"csrf": foreign}).status_code == 403
    page = browser.get("/account/password")
    assert page.status_code == 200
    assert browser.post("/logout", {"csrf": csrf(page)}).headers["location"] == "/login"
    assert browser.get("/account/password").status_code == 303


def test_the_language_and_the_size_of_type_are_kept_in_the_browser(browser: Browser) -> None:
    answer = browser.post("/preferences", {"language": "en", "type": "large", "next": "/login"})
    assert answer.headers["location"] == "/login"
    page = browser.get("/login")
    assert '<html lang="en" data-type="large"' in page.text
    assert "Sign in" in page.text


def test_a_first_password_opens_nothing_but_its_change(browser: Browser, shared_services: Services) -> None:
    issued = create_account(shared_services, operator(shared_services), Wanted("newadmin", "admin"))
    assert browser.enter("newadmin", issued.password).headers["location"] == "/account/password"
    assert browser.get("/").headers["location"] == "/account/password"
    page = browser.get("/account/password")
    typed = {"csrf": csrf(page), "current": issued.password, "new": "short", "repeat": "short"}
    refused = browser.post("/account/password", typed)
    assert refused.status_code == 422
    assert "密码至少需要" in words(refused)
    changed = browser.post("/account/password", typed | {"new": "Lychee-river-93", "repeat": "Lychee-river-93"})
    assert changed.headers["location"] == "/"


def test_a_second_factor_is_linked_and_then_asked_for(browser: Browser, shared_services: Services) -> None:
    ask_second_factor(shared_services, operator(shared_services), "specialist", True)
    assert browser.enter("specialist").headers["location"] == "/account/second-factor"
    page = browser.get("/account/second-factor")
    assert "<svg" in page.text
    assert " style=" not in page.text.split('class="qr', 1)[1].split("</svg>", 1)[0]
    secret = page.text.split('class="secret">', 1)[1].split("<", 1)[0]
    code = pyotp.TOTP(secret).at(datetime.now(UTC))
    assert browser.post("/account/second-factor", {"csrf": csrf(page), "code": code}).headers["location"] == "/"
    assert browser.enter("specialist").headers["location"] == "/login/code"
    asked = browser.get("/login/code")
    again = browser.post("/login/code", {"csrf": csrf(asked), "code": code})
    assert again.status_code == 422, "a code is good once"
    assert browser.get("/").headers["location"] == "/login/code"


def test_one_address_has_twenty_wrong_tries_a_minute(shared_services: Services) -> None:
    assert WRONG_SIGN_INS.startswith("20/minute")
    for _ in range(20):
        address_may_try(shared_services, "203.0.113.5")
        address_was_wrong(shared_services, "203.0.113.5")
    with pytest.raises(Exception, match=r"access\.too-many-tries"):
        address_may_try(shared_services, "203.0.113.5")
    address_may_try(shared_services, "203.0.113.6")


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("testclient", "testclient"),
    ],
)
def test_an_address_counts_with_its_network(address: str, network: str) -> None:
    assert network_of(address) == network
