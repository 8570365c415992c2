"""What an operator has set about the OpenID provider."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from data.access import Role
from data.settings import Settings


@dataclass(frozen=True, slots=True)
class OpenId:
    """One provider. Either ``organization`` or ``organization_claim`` is set.

    ``roles`` maps values of the role claim, the first that fits counts. Without ``client_secret``
    the client is a public one.
    """

    issuer: str
    client_id: str
    client_secret: str | None
    organization: str | None
    organization_claim: str | None
    role_claim: str
    roles: tuple[tuple[str, Role], ...]
    departments_claim: str | None

    @property
    def host(self) -> str:
        """How people know the provider."""
        return urlsplit(self.issuer).hostname or self.issuer


def openid_of(settings: Settings) -> OpenId | None:
    """The provider of these settings, which have been checked to be whole; None without one."""
    if settings.oidc_issuer is None:
        return None
    secret = settings.oidc_client_secret
    return OpenId(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id or "",
        client_secret=None if secret is None else secret.get_secret_value(),
        organization=settings.oidc_organization,
        organization_claim=settings.oidc_organization_claim,
        role_claim=settings.oidc_role_claim or "",
        roles=tuple((value, Role(role)) for value, role in settings.oidc_role_map),
        departments_claim=settings.oidc_departments_claim,
    )
