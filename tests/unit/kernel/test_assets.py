"""What a browser loads: only listed files, small enough, and nothing our content policy would block."""

import re
from pathlib import Path

import brotli
import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.finders import get_finder

from conduct.kernel.static_sources import vendor_files

TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
STYLES = sorted((settings.BASE_DIR / "static" / "css").glob("*.css"))
_STATIC = re.compile(r"{% static '([^']+)' %}")
_BLOCKED = re.compile(
    r"""\sstyle=|\son[a-z]+=["']|javascript:|<style|<script(?![^>]*(src=|application/json))"""
)


def found(name: str) -> Path:
    path = finders.find(name)
    assert isinstance(path, str), f"{name} is not a static file"
    return Path(path)


def compressed(path: Path) -> int:
    """Bytes on the wire: fonts are compressed already."""
    data = path.read_bytes()
    return len(data) if path.suffix == ".woff2" else len(brotli.compress(data))


@pytest.mark.parametrize("name", [name for name, _ in vendor_files()])
def test_vendored_file_is_there_and_found_by_its_public_name(name: str) -> None:
    assert found(name).is_file()


def test_other_files_of_the_packages_are_not_served() -> None:
    assert finders.find("vendor/tabler/tabler-flags.min.css") is None
    listed = {name for name, _ in get_finder("conduct.kernel.static_sources.VendorFinder").list(None)}
    assert len(listed) == len(list(vendor_files()))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: file.name)
def test_template_names_only_static_files_that_exist(template: Path) -> None:
    for name in _STATIC.findall(template.read_text(encoding="utf-8")):
        found(name)


@pytest.mark.parametrize("style", STYLES, ids=lambda file: file.name)
def test_stylesheet_names_only_files_that_exist(style: Path) -> None:
    for address in re.findall(r"url\(\.\./([^)]+)\)", style.read_text(encoding="utf-8")):
        found(address)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: file.name)
def test_template_has_no_inline_style_or_script(template: Path) -> None:
    assert not _BLOCKED.findall(template.read_text(encoding="utf-8"))


def test_staff_page_loads_at_most_250_kilobytes() -> None:
    names = _STATIC.findall((settings.BASE_DIR / "templates/base.html").read_text(encoding="utf-8"))
    fonts = [name for name, _ in vendor_files() if name.endswith(".woff2")]
    scripts = ["django_htmx/htmx-2.min.js"]
    assert sum(compressed(found(name)) for name in (*names, *fonts, *scripts)) <= 250_000


def test_charts_add_at_most_350_kilobytes() -> None:
    assert compressed(found("vendor/echarts/echarts.min.js")) + compressed(found("js/chart.js")) <= 350_000


def test_citizen_stylesheet_is_small_and_plain() -> None:
    sheet = found("css/citizen.css").read_text(encoding="utf-8")
    assert len(sheet.encode()) <= 10_240  # ten kilobytes
    rules = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    for too_new in ("light-dark(", "oklch(", "inset:", "@import", "url(", "@layer"):
        assert too_new not in rules


def test_citizen_page_loads_one_stylesheet_and_no_script() -> None:
    page = (settings.BASE_DIR / "templates/citizen.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert re.findall(r'<link rel="stylesheet" href="{% static \'([^\']+)\'', page) == ["css/citizen.css"]
