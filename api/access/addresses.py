"""From where somebody calls, as far as a bound is set for all who call from there."""

from ipaddress import ip_address, ip_network

from flask import request


def network() -> str:
    """The address that asks; of a long one the part that one household or office has."""
    given = request.remote_addr or ""
    try:
        address = ip_address(given)
    except ValueError:
        return given
    # A socket for both kinds writes the short addresses as long ones.
    address = getattr(address, "ipv4_mapped", None) or address
    return str(address if address.version == 4 else ip_network((address, 64), strict=False))
