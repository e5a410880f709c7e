"""Where a form or a link says that its reader wants to go on."""

from django.utils.http import url_has_allowed_host_and_scheme


def path_of_ours(wanted: str, otherwise: str = "/") -> str:
    """An address of this site, from its root; anything else that was sent, other sites and names, is `otherwise`."""
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours else otherwise
