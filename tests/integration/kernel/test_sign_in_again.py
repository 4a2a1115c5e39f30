"""A part of a page asked for after the session ended."""

from django.test import Client
from django.urls import reverse


def test_a_part_asked_for_without_a_session_leads_the_whole_page_to_sign_in(client: Client, db: None) -> None:
    response = client.get(
        reverse("commitments:campaigns"),
        headers={
            "HX-Request": "true",
            "HX-Target": "coverage",
            "HX-Current-URL": "http://testserver/commitments/7/?page=2",
        },
    )
    assert response.status_code == 200
    assert response.headers["HX-Redirect"] == "/accounts/login/?next=/commitments/7/%3Fpage%3D2"
    assert response.content == b""


def test_a_page_asked_for_without_a_session_is_redirected_as_always(client: Client, db: None) -> None:
    response = client.get(reverse("commitments:campaigns"))
    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/?next=/commitments/"


def test_another_sites_address_is_no_way_back(client: Client, db: None) -> None:
    response = client.get(
        reverse("commitments:campaigns"),
        headers={"HX-Request": "true", "HX-Current-URL": "https://elsewhere.example/steal"},
    )
    assert response.headers["HX-Redirect"] == "/accounts/login/?next=/"
