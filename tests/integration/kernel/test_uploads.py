"""What a request may bring at most."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from conduct.kernel import uploads
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("n_bytes", "status"), [(5_000, 400), (500, 302)])
def test_request_that_brings_too_much_is_not_read(
    client: Client, monkeypatch: pytest.MonkeyPatch, n_bytes: int, status: int
) -> None:
    monkeypatch.setattr(uploads, "MAX_BYTES", 2_000)
    client.force_login(make_user())
    sent = {"theme": "dark", "file": SimpleUploadedFile("a.pdf", bytes(n_bytes))}
    response = client.post("/appearance/", sent)
    assert response.status_code == status
    assert ("theme" in response.cookies) is (status == 302)
