"""The tags and filters of the library cm."""

import pytest
from django import forms
from django.template import Context, Template, TemplateSyntaxError
from django.utils.translation import override


def render(source: str, **context: object) -> str:
    with override("vi"):
        return Template("{% load cm %}" + source).render(Context(context)).strip()


class Entry(forms.Form):
    kept = forms.ChoiceField(
        label="Hôm nay", choices=[(1, "Giữ được"), (0, "Chưa")], widget=forms.RadioSelect
    )
    score = forms.ChoiceField(label="Mức", choices=[(n, str(n)) for n in range(5)], widget=forms.RadioSelect)
    what = forms.CharField(label="Chuyện gì?", help_text="Ngắn gọn.")
    agree = forms.BooleanField(label="Đồng ý")
    hidden = forms.CharField(widget=forms.HiddenInput)


def test_icon_is_inline_and_silent() -> None:
    html = render('{% icon "check" %}')
    assert html.startswith('<svg class="ico" viewBox="0 0 24 24" aria-hidden="true"><path')
    assert "width=" not in html


def test_icon_with_a_label_speaks() -> None:
    assert 'role="img" aria-label="Tăng &quot;dần&quot;"' in render(
        "{% icon 'check' label %}", label='Tăng "dần"'
    )


@pytest.mark.parametrize("name", ["no-such-icon", "../check", ""])
def test_unknown_icon_is_an_error_in_the_template(name: str) -> None:
    with pytest.raises(TemplateSyntaxError, match="no icon"):
        render("{% icon name %}", name=name)


@pytest.mark.parametrize(
    ("kind", "tone"),
    [("ok", "ok"), ("soon", "soon"), ("back", "soon"), ("late", "late"), ("wait", "none"), ("none", "none")],
)
def test_state_has_icon_word_and_tone(kind: str, tone: str) -> None:
    html = render("{% state kind words %}", kind=kind, words="Đã <ký>")
    assert f'class="state {tone}"' in html
    assert "<svg" in html
    assert "Đã &lt;ký&gt;" in html


def test_unknown_state_is_an_error_in_the_template() -> None:
    with pytest.raises(TemplateSyntaxError, match="no state"):
        render("{% state 'great' 'x' %}")


def test_share_shows_counts_and_interval_in_words_and_picture() -> None:
    html = render("{% share 34 39 reference=0.961 %}")
    assert "34/39" in html
    assert "73,3–94,4\xa0%" in html
    assert 'aria-label="87,2\xa0%, khoảng tin cậy 95 % từ 73,3\xa0% đến 94,4\xa0%"' in html
    assert 'cx="87.18%"' in html
    assert 'x1="73.29%"' in html
    assert 'x1="96.10%"' in html


def test_share_on_a_shorter_scale_stays_inside_it() -> None:
    html = render("{% share 34 39 start=80 %}")
    assert 'cx="35.90%"' in html
    assert '<line class="rg" x1="0.00%"' in html


def test_share_without_answers_says_so_and_shows_no_number() -> None:
    html = render("{% share 0 0 %}")
    assert "chưa có câu trả lời" in html
    assert "%" not in html


def test_bar_stays_within_its_width() -> None:
    assert 'class="done" width="60.00%"' in render("{% bar 6 10 %}")
    assert 'width="100.00%"' in render("{% bar 12 10 %}")
    assert 'class="done" width="0.00%"' in render("{% bar 1 0 %}")


def test_plain_number_does_not_follow_the_language() -> None:
    assert render("{{ x|plain:2 }}|{{ x|vn_number:2 }}", x=1087.245) == "1087.25|1.087,25"


def test_two_choices_are_segments_and_five_are_rows() -> None:
    form = Entry()
    assert '<div class="seg">' in render("{% field form.kept %}", form=form)
    assert '<div class="answers">' in render("{% field form.score %}", form=form)


def test_three_choices_with_long_words_are_rows() -> None:
    long = [(n, f"chỉ người đứng đầu cơ quan {n}") for n in range(3)]
    form = type("Long", (forms.Form,), {"who": forms.ChoiceField(choices=long, widget=forms.RadioSelect)})()
    assert '<div class="answers">' in render("{% field form.who %}", form=form)


def test_a_column_keeps_two_places_and_what_decides_a_level() -> None:
    assert (
        render(
            "{{ a|in_column }} {{ b|in_column }} {{ c|in_column }} {{ d|in_column }}",
            a="98,5",
            b="100",
            c="89,996",
            d="",
        )
        == "98,50 100,00 89,996 –"
    )


def test_nothing_is_ticked_beforehand() -> None:
    assert "checked" not in render("{% for one in form %}{% field one %}{% endfor %}", form=Entry())


def test_field_ties_label_hint_and_error_to_the_control() -> None:
    html = render("{% field form.what %}", form=Entry({"kept": "1"}))
    assert '<label class="form-label" for="id_what">' in html
    assert 'id="id_what_helptext"' in html
    assert 'id="id_what_error"' in html
    assert 'aria-describedby="id_what_helptext id_what_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'class="form-control"' in html


def test_error_list_links_to_each_field() -> None:
    html = render("{% include 'components/_form_errors.html' %}", form=Entry({"kept": "1", "agree": "on"}))
    assert 'href="#id_what"' in html
    assert 'href="#id_score"' in html
    assert 'href="#id_kept"' not in html


def test_valid_form_has_no_error_list() -> None:
    data = {"kept": "1", "score": "4", "what": "x", "agree": "on", "hidden": "h"}
    assert render("{% include 'components/_form_errors.html' %}", form=Entry(data)) == ""
