"""Security headers on every answer, as plain ASGI: no response object, no copy of the body, a microsecond or two."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

RawHeader = tuple[bytes, bytes]

# object-src is left to default-src: with 'none' Chromium's viewer refuses a PDF that carries this policy itself.
# data: is for the small pictures inside the vendored style sheets. No 'unsafe-inline': drawings are styled by attributes.
CONTENT_POLICY = "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
_ALWAYS: tuple[RawHeader, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
_CAMERA: RawHeader = (b"permissions-policy", b"camera=(self), geolocation=(), microphone=(), payment=(), usb=()")
_CAMERA_PAGE = "/vaccinate"
"""The one page that may ask for the camera, and run the compiled decoder of what it sees: the code on a vaccine's box (ADR 15)."""

CAMERA_POLICY = CONTENT_POLICY.replace("; img-src", "; script-src 'self' 'wasm-unsafe-eval'; img-src", 1)
_POLICY: RawHeader = (b"content-security-policy", CONTENT_POLICY.encode())
_POLICY_CAMERA: RawHeader = (b"content-security-policy", CAMERA_POLICY.encode())
_NO_STORE: RawHeader = (b"cache-control", b"no-store")
_ONE_YEAR_TLS: RawHeader = (b"strict-transport-security", b"max-age=31536000")
_STATIC = "/static/"


class SecurityHeaders:
    """Puts our headers in place of what the application set, for every HTTP answer, errors and 404 included.

    A Content-Security-Policy of the application stays beside ours: browsers obey both, so it can only tighten. Answers
    outside /static/ are never stored by a browser or proxy. Over TLS (a trusted proxy's included, whose scheme the server has
    taken over by then) Strict-Transport-Security goes out, and every cookie is for TLS only.

    With ``no-referrer`` browsers send ``Origin: null`` with a plain form: protect forms by a token and Sec-Fetch-Site.
    Wrap it around everything else, or answers made further out would go without.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        ours = _headers_for(scope["path"], scope.get("scheme", "http"))

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [header for header in message.get("headers", ()) if header[0].lower() not in ours.names]
                message["headers"] = [*(map(_for_tls_only, kept) if ours.tls else kept), *ours.headers]
            await send(message)

        await self._app(scope, receive, send_with_headers)


class _Chosen:
    """Headers to add, and the names of those that they take the place of."""

    __slots__ = ("headers", "names", "tls")

    def __init__(self, *headers: RawHeader, policy: RawHeader = _POLICY) -> None:
        self.headers = (*headers, policy)
        self.names = frozenset(name for name, _ in headers) | {_ONE_YEAR_TLS[0]}
        self.tls = _ONE_YEAR_TLS in headers


_WITH_CAMERA = (*_ALWAYS[:-1], _CAMERA)
_PLAIN = _Chosen(*_ALWAYS, _NO_STORE)
_PLAIN_CAMERA = _Chosen(*_WITH_CAMERA, _NO_STORE, policy=_POLICY_CAMERA)
_TLS_CAMERA = _Chosen(*_WITH_CAMERA, _NO_STORE, _ONE_YEAR_TLS, policy=_POLICY_CAMERA)
_PLAIN_STATIC = _Chosen(*_ALWAYS)
_TLS = _Chosen(*_ALWAYS, _NO_STORE, _ONE_YEAR_TLS)
_TLS_STATIC = _Chosen(*_ALWAYS, _ONE_YEAR_TLS)


def _for_tls_only(header: RawHeader) -> RawHeader:
    name, value = header
    if name.lower() != b"set-cookie" or b"; secure" in value.lower():
        return header
    return name, value + b"; Secure"


def _headers_for(path: str, scheme: str) -> _Chosen:
    static = path.startswith(_STATIC)
    if path.endswith(_CAMERA_PAGE):
        return _TLS_CAMERA if scheme == "https" else _PLAIN_CAMERA
    if scheme == "https":
        return _TLS_STATIC if static else _TLS
    return _PLAIN_STATIC if static else _PLAIN
