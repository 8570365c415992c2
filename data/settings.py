"""Settings, read once from the environment; the only module that looks at ``os.environ``."""

import json
import os
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from platformdirs import user_data_path
from pydantic import (
    AfterValidator,
    AliasChoices,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from data.errors import SettingsError

_SYSTEM_HOME = Path("/var/lib/ai-readiness-analytics")
_MEBIBYTE = 1024 * 1024


def _default_home() -> Path:
    """A folder of this user; root's own home may be entered by nobody else, so not below it."""
    if os.name == "posix" and os.geteuid() == 0:
        return _SYSTEM_HOME
    return user_data_path("ai-readiness-analytics", appauthor=False)


def _postgres(value: str) -> str:
    """The address in libpq's own spelling. Raises ValueError for another database."""
    try:
        url = make_url(value)
    except ArgumentError as error:
        raise ValueError("an address like postgresql://user:password@host/database") from error
    if url.drivername not in {"postgres", "postgresql", "postgresql+psycopg"}:
        raise ValueError("an address that begins with postgresql://")
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _issuer(value: str) -> str:
    """Unchanged: tokens must name it letter by letter. Raises ValueError for an open one."""
    url = urlsplit(value)
    local = url.scheme == "http" and url.hostname in _LOOPBACK
    if not url.hostname or not (url.scheme == "https" or local) or url.query or url.fragment:
        raise ValueError("an address that begins with https://")
    return value


def _pairs(value: object) -> object:
    """The entries of a JSON object in their order, which says what comes first."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError as error:
            raise ValueError(_ROLE_MAP) from error
        if not isinstance(value, dict):
            raise ValueError(_ROLE_MAP)
    return tuple(value.items()) if isinstance(value, dict) else value


_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_ROLE_MAP = 'a JSON object like {"value of the claim": "analyst"}'
RoleName = Literal["executive", "department_lead", "analyst", "admin"]
PostgresUrl = Annotated[str, AfterValidator(_postgres)]
RoleMap = Annotated[tuple[tuple[str, RoleName], ...], NoDecode, BeforeValidator(_pairs)]


def _named(*names: str, **more: Any) -> Any:
    return Field(validation_alias=AliasChoices(*names), **more)


class Settings(BaseSettings):
    """What can be set. Without ``database_url`` the embedded PostgreSQL is started."""

    # Not populate_by_name: HOST and HOME of the environment would be taken for ours.
    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    database_url: PostgresUrl | None = None
    """Owner of the schema: migrations, worker, imports."""
    database_app_url: PostgresUrl | None = None
    """Login of the web, member of the app role; else the owner says SET LOCAL ROLE."""
    database_direct_url: PostgresUrl | None = None
    """Past a pooler such as PgBouncer: for LISTEN and the job queue."""
    database_read_url: PostgresUrl | None = None
    """A replica that questions read from."""
    embedded: bool = _named("READINESS_EMBEDDED", default=False)
    """Whether ``database_url`` is the embedded server; set by the supervisor for its children."""
    redis_url: str | None = None
    home: Path = _named("READINESS_HOME", default_factory=_default_home)
    host: str = _named("READINESS_HOST", default="127.0.0.1")
    port: int = Field(default=8050, ge=1, le=65535)
    secret_key: SecretStr | None = None
    """Signs session cookies; generated and kept under ``home`` where it is not set."""
    files_url: str | None = None
    """A folder or an S3-compatible store for produced files; else a folder under ``home``."""
    cache_bytes: int = Field(default=64 * _MEBIBYTE, ge=0)
    cache_seconds: int = Field(default=300, ge=0)
    statement_timeout_ms: int = Field(default=5_000, ge=1)
    """Longest time one statement of a request may take."""
    pool_size: int = _named("DATABASE_POOL_SIZE", default=10, ge=1)
    """Database connections a process keeps."""
    threads: int = _named("READINESS_THREADS", default=8, ge=1)
    """Threads that answer callbacks."""
    requests_per_minute: int = _named("READINESS_REQUESTS_PER_MINUTE", default=1200, ge=0)
    """What one person may ask in a minute, and one address that nobody is signed in at; 0: all."""
    exports_per_minute: int = _named("READINESS_EXPORTS_PER_MINUTE", default=60, ge=0)
    """Files one person may have made in a minute; 0: any number."""
    sign_ins_per_minute: int = _named("READINESS_SIGN_INS_PER_MINUTE", default=60, ge=0)
    """Sign-ins tried from one address in a minute, failed or not; 0: any number."""
    chromium: Path | None = None
    """The browser that draws pictures, where it is not found by itself."""
    oidc_issuer: Annotated[str, AfterValidator(_issuer)] | None = None
    """The OpenID provider people may sign in with; docs/access.md, Single sign-on."""
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None
    """None for a client that is registered as a public one."""
    oidc_organization: str | None = None
    """Name or id of the organisation that everybody of this provider belongs to."""
    oidc_organization_claim: str | None = None
    """The claim that names a person's organisation, where it is not the same for everybody."""
    oidc_role_claim: str | None = None
    oidc_role_map: RoleMap = ()
    """Values of the role claim and the role each gives; the first that fits counts."""
    oidc_departments_claim: str | None = None
    """The claim that names the departments of a department lead."""
    oidc_label: str = "Sign in with your organisation"
    """What the button on the sign-in page says."""

    @property
    def address(self) -> str:
        """Where a browser on this machine finds the product."""
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def listens_on_loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        return self.host in _LOOPBACK

    @model_validator(mode="after")
    def _single_sign_on_is_whole(self) -> Self:
        """All that is needed to sign in with a provider is set, or nothing."""
        if self.oidc_issuer is None:
            if more := [name for name in _OF_PROVIDER if getattr(self, name)]:
                raise ValueError(f"{more[0].upper()} is set and OIDC_ISSUER is not. Set both.")
            return self
        for name in ("oidc_client_id", "oidc_role_claim", "oidc_role_map"):
            if not getattr(self, name):
                raise ValueError(f"{name.upper()} is not set; OIDC_ISSUER needs it.")
        if (self.oidc_organization is None) == (self.oidc_organization_claim is None):
            raise ValueError("Set one of OIDC_ORGANIZATION and OIDC_ORGANIZATION_CLAIM.")
        leads = any(role == "department_lead" for _, role in self.oidc_role_map)
        if leads and self.oidc_departments_claim is None:
            raise ValueError(
                "OIDC_DEPARTMENTS_CLAIM is not set; OIDC_ROLE_MAP makes department leads."
            )
        return self


_OF_PROVIDER = (
    "oidc_client_id",
    "oidc_client_secret",
    "oidc_organization",
    "oidc_organization_claim",
    "oidc_role_claim",
    "oidc_role_map",
    "oidc_departments_claim",
)
_SECRET = ("url", "secret")


def _key(field: str) -> str:
    """The name a field is known by outside, in the spelling that pydantic looks for."""
    info = Settings.model_fields.get(field)
    alias = info.validation_alias if info else None
    return str(alias.choices[0]) if isinstance(alias, AliasChoices) else field


def _variable(field: str) -> str:
    """The environment variable a field is read from."""
    return _key(field).upper()


def _sentence(problem: dict[str, Any]) -> str:
    """For example: "PORT is 'five'; expected: input should be a valid integer."."""
    wanted = str(problem["msg"]).removeprefix("Value error, ")
    if not problem["loc"]:  # of several settings together: names them itself
        return wanted
    name = _variable(str(problem["loc"][0]))
    hidden = any(word in name.lower() for word in _SECRET)
    value = "not usable" if hidden else repr(str(problem["input"]))
    return f"{name} is {value}; expected: {wanted[0].lower()}{wanted[1:]}."


def load_settings(**overrides: Any) -> Settings:
    """Settings from the environment, ``overrides`` first. Raises SettingsError."""
    if unknown := overrides.keys() - Settings.model_fields:
        raise TypeError(f"There is no setting {', '.join(sorted(unknown))}.")
    try:
        return Settings(**{_key(field): value for field, value in overrides.items()})
    except ValidationError as error:
        raise SettingsError(" ".join(_sentence(dict(e)) for e in error.errors())) from error


def child_environment(settings: Settings, **more: str) -> dict[str, str]:
    """The environment of a process that shall have these settings and ``more`` variables."""
    return os.environ | {
        "READINESS_HOME": str(settings.home),
        "READINESS_HOST": settings.host,
        "PORT": str(settings.port),
        **more,
    }
