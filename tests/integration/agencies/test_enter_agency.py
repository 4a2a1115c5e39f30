"""The first agency and its administrator, on an empty database."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.urls import reverse

from conduct.agencies.models import Agency, AgencyParent, Role, RoleGrant, User
from conduct.audit.models import AuditEvent

pytestmark = pytest.mark.django_db
STRONG = "muc-thuoc-ngay-thang-26"


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMIN_PASSWORD", STRONG)


def enter(*args: str, **options: str) -> None:
    call_command("enter_agency", *args, **options, verbosity=0)


def test_the_first_administrator_signs_in_and_enters_people(client: Client) -> None:
    enter("MG", "Tỉnh Mực Giang", kind="province", admin="son", admin_name="Ngô Bá Sơn")
    assert RoleGrant.objects.get().role == Role.SYSTEM_ADMIN
    assert client.login(username="son", password=STRONG)
    assert client.get(reverse("agencies:add_person", args=["MG"])).status_code == 200
    acts = list(AuditEvent.objects.order_by("pk").values_list("act", flat=True))
    assert acts == ["agencies.enter_agency", "agencies.enter_administrator"]


def test_an_agency_is_entered_below_another() -> None:
    enter("MG", "Tỉnh Mực Giang", kind="province")
    enter("MG-01", "Xã An Thuận", parent="MG")
    link = AgencyParent.objects.get()
    assert (link.agency.code, link.parent.code) == ("MG-01", "MG")


def test_the_same_command_twice_changes_nothing() -> None:
    for _ in range(2):
        enter("MG", "Tỉnh Mực Giang", kind="province", admin="son", admin_name="Ngô Bá Sơn")
    assert (Agency.objects.count(), User.objects.count(), RoleGrant.objects.count()) == (1, 1, 1)
    assert AuditEvent.objects.count() == 2


@pytest.mark.parametrize(
    ("args", "options", "says"),
    [
        (("mg 1", "Xã"), {}, "chữ hoa"),
        (("MG", "Xã"), {"parent": "NONE"}, "no agency with the code NONE"),
        (("MG", "Xã"), {"admin": "son"}, "--admin-name"),
        (("MG", "Xã"), {"admin": "Sơn 1", "admin_name": "Sơn"}, "chữ thường"),
    ],
)
def test_bad_input_is_refused_in_a_sentence_and_leaves_nothing(
    args: tuple[str, ...], options: dict[str, str], says: str
) -> None:
    with pytest.raises(CommandError, match=says):
        enter(*args, **options)
    assert not Agency.objects.exists()
    assert not User.objects.exists()


def test_a_weak_password_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMIN_PASSWORD", "12345")
    with pytest.raises(CommandError):
        enter("MG", "Tỉnh Mực Giang", admin="son", admin_name="Ngô Bá Sơn")
    assert not Agency.objects.exists()


def test_a_code_is_not_given_twice() -> None:
    enter("MG", "Tỉnh Mực Giang", kind="province")
    with pytest.raises(CommandError, match="Tỉnh Mực Giang"):
        enter("MG", "Tỉnh Khác", kind="province")
