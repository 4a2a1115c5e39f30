"""Error pages: small, calm, in the reader's language, and 403 says why."""

from unittest.mock import patch

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.views import defaults

REASON = "Chỉ người đứng đầu được chốt tháng."


def respond(status: int) -> HttpResponse:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    if status == 400:
        return defaults.bad_request(request, SuspiciousOperation("secret detail"))
    if status == 403:
        return defaults.permission_denied(request, PermissionDenied(REASON))
    if status == 404:
        return defaults.page_not_found(request, Exception("secret detail"))
    return defaults.server_error(request)


@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_error_page_is_calm_and_small(status: int) -> None:
    response = respond(status)
    html = response.content.decode()
    assert response.status_code == status
    assert '<html lang="vi">' in html
    assert "citizen.css" in html
    assert "<script" not in html
    assert "secret detail" not in html
    assert 'href="/"' in html
    assert len(response.content) < 4_000


def test_refusal_says_why() -> None:
    assert REASON in respond(403).content.decode()


@pytest.mark.django_db
def test_unknown_address_is_not_found_for_anyone(client: Client) -> None:
    response = client.get("/no/such/page/")
    assert response.status_code == 404
    assert "Trang này không có" in response.content.decode()


@pytest.mark.django_db
def test_health_check_asks_the_database(client: Client) -> None:
    assert client.get("/healthz").json()["status"] == "ok"
    with patch.object(connection, "cursor", side_effect=OperationalError):
        assert client.get("/healthz").status_code == 503
