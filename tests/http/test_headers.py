from __future__ import annotations

import asyncio
from typing import Any

import pytest

from healthrec.http.headers import CAMERA_POLICY, CONTENT_POLICY, SecurityHeaders

Headers = list[tuple[bytes, bytes]]


def answer(path: str = "/", scheme: str = "http", status: int = 200, given: Headers | None = None) -> Headers:
    """The headers that a client gets for what the application answered."""
    sent: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        start: dict[str, Any] = {"type": "http.response.start", "status": status}
        await send(start | ({"headers": given} if given is not None else {}))
        await send({"type": "http.response.body", "body": b"x"})

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request"}

    scope = {"type": "http", "path": path, "scheme": scheme}
    asyncio.run(SecurityHeaders(app)(scope, receive, send))
    assert sent[1] == {"type": "http.response.body", "body": b"x"}
    headers: Headers = sent[0]["headers"]
    return headers


@pytest.mark.parametrize("status", [200, 204, 304, 404, 500])
@pytest.mark.parametrize("path", ["/", "/fhir/Patient/x", "/static/site.css", "/healthz"])
def test_every_answer_carries_the_headers(path: str, status: int) -> None:
    headers = dict(answer(path, status=status))
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert headers[b"x-frame-options"] == b"DENY"
    assert headers[b"referrer-policy"] == b"no-referrer"
    assert headers[b"content-security-policy"] == CONTENT_POLICY.encode()


def test_the_policy_allows_only_our_own_and_nobody_frames_us() -> None:
    assert "default-src 'self'" in CONTENT_POLICY
    assert "frame-ancestors 'none'" in CONTENT_POLICY
    assert "unsafe" not in CONTENT_POLICY
    assert "http" not in CONTENT_POLICY


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_page_of_a_dose_alone_may_open_the_camera_and_compile_its_decoder(scheme: str) -> None:
    page = dict(answer("/children/1/vaccinate", scheme=scheme))
    assert page[b"content-security-policy"] == CAMERA_POLICY.encode()
    assert CAMERA_POLICY.replace(" script-src 'self' 'wasm-unsafe-eval';", "") == CONTENT_POLICY
    assert b"camera=(self)" in page[b"permissions-policy"]
    for path in ("/children/1", "/children/1/vaccinate/held", "/static/vaccination.js"):
        other = dict(answer(path, scheme=scheme))
        assert other[b"content-security-policy"] == CONTENT_POLICY.encode()
        assert b"camera=()" in other[b"permissions-policy"]


@pytest.mark.parametrize(("scheme", "present"), [("http", False), ("https", True)])
def test_strict_transport_goes_out_only_over_tls(scheme: str, present: bool) -> None:
    assert (b"strict-transport-security" in dict(answer(scheme=scheme))) is present
    assert (b"strict-transport-security" in dict(answer("/static/a.js", scheme=scheme))) is present


def test_strict_transport_of_the_application_is_not_believed_over_plain_http() -> None:
    assert b"strict-transport-security" not in dict(answer(given=[(b"Strict-Transport-Security", b"max-age=1")]))


@pytest.mark.parametrize(
    ("scheme", "given", "sent"),
    [
        ("https", b"a=1; HttpOnly", b"a=1; HttpOnly; Secure"),
        ("https", b"a=1; Secure", b"a=1; Secure"),
        ("https", b'a="secure"', b'a="secure"; Secure'),
        ("http", b"a=1; HttpOnly", b"a=1; HttpOnly"),
    ],
)
def test_over_tls_every_cookie_is_for_tls_only(scheme: str, given: bytes, sent: bytes) -> None:
    headers = answer(scheme=scheme, given=[(b"Set-Cookie", given), (b"set-cookie", b"b=2; secure")])
    assert [value for name, value in headers if name.lower() == b"set-cookie"] == [sent, b"b=2; secure"]


@pytest.mark.parametrize("path", ["/", "/fhir/Patient", "/static", "/staticfiles/x", "/login", "/fhir/static/x"])
def test_nothing_outside_static_is_stored(path: str) -> None:
    headers = answer(path, given=[(b"Cache-Control", b"public, max-age=60")])
    assert [value for name, value in headers if name.lower() == b"cache-control"] == [b"no-store"]


def test_static_files_keep_their_own_caching() -> None:
    headers = answer("/static/site.css", given=[(b"cache-control", b"public, max-age=60")])
    assert [value for name, value in headers if name.lower() == b"cache-control"] == [b"public, max-age=60"]
    assert b"cache-control" not in dict(answer("/static/site.css"))


def test_our_value_takes_the_place_of_the_applications_and_stands_once() -> None:
    headers = answer(given=[(b"X-Frame-Options", b"ALLOWALL"), (b"content-type", b"text/html")])
    assert [value for name, value in headers if name.lower() == b"x-frame-options"] == [b"DENY"]
    assert (b"content-type", b"text/html") in headers


def test_a_policy_of_the_application_stays_beside_ours_and_can_only_tighten() -> None:
    headers = answer(given=[(b"content-security-policy", b"sandbox")])
    policies = [value for name, value in headers if name == b"content-security-policy"]
    assert policies == [b"sandbox", CONTENT_POLICY.encode()]


def test_other_connections_pass_untouched() -> None:
    seen: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "lifespan.startup.complete"})

    async def send(message: Any) -> None:
        seen.append(message)

    asyncio.run(SecurityHeaders(app)({"type": "lifespan"}, send, send))
    assert seen == [{"type": "lifespan.startup.complete"}]
