"""Vietnamese names and words: their order, and a form in which they are found without diacritics."""

import unicodedata

_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_RANK = {letter: index for index, letter in enumerate(_LETTERS, start=1)}
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}  # huyền, hỏi, ngã, sắc, nặng
_SHAPES = {"\u0306", "\u0302", "\u031b"}  # breve, circumflex, horn: they make another letter

type Word = tuple[tuple[int, ...], tuple[int, ...]]


def fold(text: str) -> str:
    """Lower case without diacritics, đ as d, white space single: what searches compare."""
    decomposed = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return " ".join("".join(sign for sign in decomposed if not unicodedata.combining(sign)).split())


def sort_key(full_name: str) -> tuple[Word, ...]:
    """Order of a Vietnamese list of people: given name, then family name, then middle names.

    Letters follow the Vietnamese alphabet (a ă â … d đ e ê … o ô ơ … u ư); tones decide only between words
    that are spelt alike, in the order ngang, huyền, hỏi, ngã, sắc, nặng.
    """
    return tuple(_word(word) for word in _in_order(full_name))


def sort_text(full_name: str) -> str:
    """`sort_key` as ASCII text of at most 250 signs, for a column that the database sorts byte by byte."""
    return " ".join(_spelt(*_word(word)) for word in _in_order(full_name))[:250]


def _in_order(full_name: str) -> list[str]:
    words = full_name.split()
    return words[-1:] + words[:-1]


def _spelt(letters: tuple[int, ...], tones: tuple[int, ...]) -> str:
    # "!" comes before every letter, so that a shorter word comes first; "~", for foreign letters, after all.
    spelt = "".join(chr(64 + rank) if rank <= len(_LETTERS) else f"~{rank:06x}" for rank in letters)
    return f"{spelt}!{''.join(map(str, tones))}"


def _word(word: str) -> Word:
    letters: list[int] = []
    tones: list[int] = []
    for sign in _letters(word):
        letter, tone = sign
        letters.append(_RANK.get(letter, len(_LETTERS) + ord(letter[0])))
        tones.append(tone)
    return tuple(letters), tuple(tones)


def _letters(word: str) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    for sign in unicodedata.normalize("NFD", word.lower()):
        if sign in _TONES and found:
            found[-1] = (found[-1][0], _TONES[sign])
        elif sign in _SHAPES and found:
            letter, tone = found[-1]
            found[-1] = (unicodedata.normalize("NFC", letter + sign), tone)
        elif not unicodedata.combining(sign):
            found.append((sign, 0))
    return found
