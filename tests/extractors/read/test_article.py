import pytest

from extractors.read.article import extract
from extractors.read.texts import MAX_TEXT
from tests.builders import raising
from tests.table import table

PAGE = """<!DOCTYPE html><html lang="ko"><head><title>한-나토 방산 협의체</title><meta charset="{charset}">
<meta property="article:published_time" content="2025-06-26T10:00:00+09:00"></head><body><nav>메뉴 정치 경제</nav>
<article><h1>한-나토 방산 협의체</h1><p>{text}</p><p>국가안보실장과 나토 사무총장은 국장급 방산 협의체를 신설하기로 합의했다고 대통령실이 밝혔다.</p></article>
<footer>Copyright</footer></body></html>"""
URL = "https://www.gangbyeon.example/1"


@pytest.mark.parametrize("codec", ["utf-8", "cp949"])
def test_the_text(codec: str) -> None:
    page = PAGE.format(charset="euc-kr", text="헤이그에서 열린 정상회의를 계기로 두 사람이 만났다. " * 5).encode(codec)
    text = extract(page, "text/html; charset=euc-kr", URL)
    assert "국장급 방산 협의체를 신설하기로 합의했다" in text
    assert "메뉴" not in text


def test_a_pages_own_word_on_its_encoding() -> None:
    page = PAGE.format(charset="shift_jis", text="ハーグで会談した。").encode("cp932", "replace")
    assert "ハーグで会談した" in extract(page, "text/html", URL)


def test_a_page_of_any_length_is_bounded() -> None:
    text = extract(PAGE.format(charset="utf-8", text="낱말 " * 50_000).encode(), "text/html", URL)
    assert len(text) == MAX_TEXT


@table("page", b"\xff\xfe\xfd" * 50, b"\x00" * 100, b"<html>" + b"<div>" * 5_000)
def test_no_article_is_no_text(page: bytes) -> None:
    assert extract(page, "", URL) == ""


def test_a_library_that_raises_costs_its_page_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trafilatura.bare_extraction", raising(RecursionError))
    assert extract(PAGE.encode(), "", URL) == ""


def test_x1_a_tag_of_endless_attributes_takes_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr("trafilatura.bare_extraction", lambda document, **_: seen.append(document))
    text = "헤이그에서 열린 정상회의를 계기로 두 사람이 만났다. " * 5
    page = PAGE.format(charset="utf-8", text=text).replace("<article>", f"<article {'a1=x ' * 100_000}>")
    extract(page.encode(), "text/html", URL)
    assert len(seen[0]) < 5_000
    assert text in seen[0]
