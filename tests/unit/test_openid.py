"""What claims say about somebody, whatever they are, and which settings make a whole provider."""

from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.sign_in import sign_in_page
from data.access import Role
from data.errors import OpenIdRefused, SettingsError
from data.openid.claims import arrival
from data.openid.configuration import OpenId, openid_of
from data.settings import RoleName, load_settings

OPENID = OpenId(
    issuer="https://id.example",
    client_id="readiness",
    client_secret=None,
    organization=None,
    organization_claim="org",
    role_claim="https://id.example/groups",
    roles=(("bosses", Role.EXECUTIVE), ("staff", Role.ANALYST)),
    departments_claim="work.departments",
)
WHOLE: dict[str, Any] = {
    "oidc_issuer": "https://id.example",
    "oidc_client_id": "readiness",
    "oidc_client_secret": "hidden",
    "oidc_organization": "Acme",
    "oidc_role_claim": "groups",
    "oidc_role_map": '{"z": "admin", "a": "analyst"}',
}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
NAMES = ("sub", "name", "email", "email_verified", "org", OPENID.role_claim, "work")


@settings(deadline=None)
@given(st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, ANYTHING)))
def test_no_claims_are_too_odd_to_read(claims: dict[str, Any]) -> None:
    try:
        found = arrival(OPENID, claims)
    except OpenIdRefused:
        return
    texts = (found.subject, found.email or "", found.organization or "", *found.departments)
    assert found.subject and all(text.isprintable() for text in (*texts, found.name))
    assert found.email is None or claims["email_verified"] is True


def test_the_first_role_of_the_map_that_fits_counts() -> None:
    claims = {"sub": "1", OPENID.role_claim: ["staff", "bosses"]}
    assert arrival(OPENID, claims).role is Role.EXECUTIVE
    assert arrival(OPENID, {"sub": "1", OPENID.role_claim: "staff"}).role is Role.ANALYST
    assert arrival(OPENID, {"sub": "1", OPENID.role_claim: "Staff"}).role is None


def test_dots_lead_into_a_claim_and_a_name_with_dots_comes_first() -> None:
    claims: dict[str, Any] = {"sub": "1", "work": {"departments": ["Legal", 5, ""]}}
    assert arrival(OPENID, claims).departments == ("Legal",)
    claims["work.departments"] = "HR"
    assert arrival(OPENID, claims).departments == ("HR",)


def test_settings_know_every_role() -> None:
    assert set(get_args(RoleName)) == {role.value for role in Role}


def test_a_whole_provider_is_read_in_the_order_of_its_roles() -> None:
    found = openid_of(load_settings(**WHOLE))
    assert found and found.roles == (("z", Role.ADMIN), ("a", Role.ANALYST))
    assert found.client_secret == "hidden" and "hidden" not in repr(load_settings(**WHOLE))
    assert openid_of(load_settings()) is None


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"oidc_client_id": None}, "OIDC_CLIENT_ID is not set; OIDC_ISSUER needs it."),
        ({"oidc_role_claim": None}, "OIDC_ROLE_CLAIM is not set; OIDC_ISSUER needs it."),
        ({"oidc_role_map": "{}"}, "OIDC_ROLE_MAP is not set; OIDC_ISSUER needs it."),
        ({"oidc_organization": None}, "Set one of OIDC_ORGANIZATION and OIDC_ORGANIZATION_CLAIM."),
        ({"oidc_organization_claim": "o"}, "Set one of OIDC_ORGANIZATION and"),
        ({"oidc_role_map": '{"a": "department_lead"}'}, "OIDC_DEPARTMENTS_CLAIM is not set;"),
        ({"oidc_role_map": '{"a": "boss"}'}, "OIDC_ROLE_MAP is 'boss'; expected: input should be"),
        ({"oidc_role_map": '["a"]'}, "expected: a JSON object like {"),
        ({"oidc_role_map": "a=admin"}, "expected: a JSON object like {"),
        ({"oidc_issuer": "http://id.example"}, "expected: an address that begins with https://."),
        ({"oidc_issuer": "https://"}, "expected: an address that begins with https://."),
        ({"oidc_issuer": None}, "OIDC_CLIENT_ID is set and OIDC_ISSUER is not. Set both."),
    ],
)
def test_half_a_provider_is_said_at_the_start(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError) as raised:
        load_settings(**WHOLE | changed)
    assert said in str(raised.value) and "hidden" not in str(raised.value)


def test_the_role_map_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in WHOLE.items():
        monkeypatch.setenv(name.upper(), value)
    assert load_settings().oidc_role_map == (("z", "admin"), ("a", "analyst"))


def test_the_button_escapes_what_it_says() -> None:
    page = sign_in_page(openid="<i>", wanted='/"><i>')
    assert 'id="openid"' in page and "<i>" not in page
