"""Which namespace may read which vault with the app's identity."""

from __future__ import annotations

import pytest

from shared.domain.secrets.secret_store import CLUSTER_STORE, STORE, VaultStore
from shared.domain.secrets.vault_access import VaultAccess, VaultRule
from shared.errors import InvalidSpecError, PermissionDeniedError

OWN, SHOP = "https://kv-tidegate.vault.azure.net", "https://shop-kv.vault.azure.net"
NAMES = ("prod", "https://prod.example:443")


def store(kind: str = CLUSTER_STORE, vault: str = SHOP) -> VaultStore:
    return VaultStore(kind, "shop" if kind == STORE else "", "vault", vault)


def allowed(rules: str, namespace: str = "shop", *, kind: str = CLUSTER_STORE, vault: str = SHOP) -> bool:
    try:
        VaultAccess.parse(OWN, rules).require(store(kind, vault), namespace, NAMES)
    except PermissionDeniedError:
        return False
    return True


@pytest.mark.parametrize("kind", [STORE, CLUSTER_STORE])
@pytest.mark.parametrize("rules", ["", "https://* *", f"{OWN} shop"])
def test_nobody_reads_tidegates_own_vault_whatever_the_rules_say(kind: str, rules: str) -> None:
    with pytest.raises(
        PermissionDeniedError,
        match=rf"{kind} vault: spec\.provider\.azurekv\.vaultUrl is {OWN}.*own credentials.*another vault",
    ):
        VaultAccess.parse(OWN, rules).require(store(kind, OWN), "shop", NAMES)


def test_without_an_own_vault_no_vault_is_ours() -> None:
    VaultAccess().require(store(vault=OWN), "shop", ())


def test_without_rules_cluster_stores_are_good_and_stores_of_a_namespace_are_not() -> None:
    assert allowed("", kind=CLUSTER_STORE)
    with pytest.raises(PermissionDeniedError, match=rf"add '{SHOP} shop' to TIDEGATE_VAULT_ACCESS"):
        VaultAccess().require(store(STORE), "shop", NAMES)


@pytest.mark.parametrize("kind", [STORE, CLUSTER_STORE])
@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (f"{SHOP} shop", True),
        (f"{SHOP}/ shop", True),
        ("https://SHOP-*.vault.azure.net sho?", True),
        (f"{SHOP} other,shop", True),
        (f"{SHOP} other", False),
        ("https://other-kv.vault.azure.net shop", False),
        (f"{SHOP} shop prod", True),
        (f"{SHOP} shop https://prod.example*", True),
        (f"{SHOP} shop test,prod", True),
        (f"{SHOP} shop test", False),
        (f"{SHOP} other; {SHOP} shop", True),
        (f"{SHOP} other\n{SHOP} shop;", True),
        (f"{SHOP} Shop", False),
    ],
)
def test_with_rules_one_of_them_must_fit(kind: str, rules: str, expected: bool) -> None:
    assert allowed(rules, kind=kind) is expected


def test_a_refusal_by_the_rules_says_what_to_add() -> None:
    with pytest.raises(
        PermissionDeniedError,
        match=rf"vaultUrl {SHOP} is not allowed for the namespace b of the cluster .*prod.*add '{SHOP} b' to",
    ):
        VaultAccess.parse("", f"{SHOP} a").require(store(), "b", NAMES)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (SHOP, "is no rule. Write VAULT NAMESPACE"),
        (f"{SHOP} a b c", "is no rule"),
        ("shop-kv shop", "shop-kv fits no vault. Write https://NAME.vault.azure.net"),
        (f"{SHOP}/secrets/key shop", "fits no vault"),
    ],
)
def test_a_rule_that_nobody_can_mean_is_refused(text: str, problem: str) -> None:
    with pytest.raises(InvalidSpecError, match=f"TIDEGATE_VAULT_ACCESS: .*{problem}"):
        VaultAccess.parse("", text)


def test_a_rule_without_clusters_is_for_all() -> None:
    assert VaultRule.parse(f"{SHOP} a,b") == VaultRule(SHOP, ("a", "b"), ("*",))
