"""Wrong sign-ins from one network address. A whole nursery may share one, so it is given more than an account is."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address

from healthrec.services.access.pace import count, within_pace
from healthrec.services.context import Services

WRONG_SIGN_INS = "20/minute;60/15 minute;200/day"


def address_may_try(services: Services, address: str) -> None:
    """Raises Throttled for an address with too many wrong sign-ins."""
    within_pace(services, WRONG_SIGN_INS, "sign-in", network_of(address))


def address_was_wrong(services: Services, address: str) -> None:
    """Count a wrong sign-in."""
    count(services, WRONG_SIGN_INS, "sign-in", network_of(address))


def network_of(address: str) -> str:
    """What one subscriber has: an IPv4 address, or the first 64 bits of an IPv6 address; other text as it is."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped) if mapped else str(IPv6Address(int(parsed) >> 64 << 64))
    return str(parsed)
