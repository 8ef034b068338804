import codecs
import encodings.aliases
import random
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.model import PollError
from extractors.read.decode import decode, undoubled
from tests.table import table

KOREAN = "<rss><title>한-나토 방산협의체, 똠방각하와 펲시</title><item><title>방위사업청 나토 회의</title></item></rss>"
PLAIN = "<rss><title>Plain words</title></rss>"
ENGLISH = [f"<item><title>Seoul and Brussels agree, round {n}</title></item>" for n in range(21)]
MARKS = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE, "utf-32-le": codecs.BOM_UTF32_LE, "utf-32-be": codecs.BOM_UTF32_BE}  # fmt: skip


def xml(encoding: str, text: str = KOREAN) -> str:
    return f'<?xml version="1.0" encoding="{encoding}"?>{text}'


@table("label, codec, text")
def test_claims_are_believed_by_declaration_and_by_header(label: str, codec: str, text: str) -> None:
    assert decode(text.encode(codec), f"text/xml; charset={label}") == text
    assert decode(text.encode(codec), f'text/xml; Charset = "{label}"') == text
    # A server that says nothing, or its default, beside a document that knows better.
    for header in ("", "text/xml", "text/xml; charset=ISO-8859-1"):
        assert decode(xml(label, text).encode(codec), header) == xml(label, text)


@table("label")
def test_utf8_is_utf8_whatever_it_claims(label: str) -> None:
    marked = (codecs.BOM_UTF8, "text/xml; charset=shift_jis")
    for mark, header in ((b"", f"text/xml; charset={label}"), (b"", ""), marked):
        assert decode(mark + xml(label).encode(), header) == xml(label)


@table("label")
def test_hangul_shows_through_a_servers_default(label: str) -> None:
    text = xml(label) if label else KOREAN
    for header in (f"text/xml; charset={label}", "text/xml"):
        assert decode(text.encode("cp949"), header) == text


@pytest.mark.parametrize(
    "header", ["iso-8859-15", "iso-8859-2", "windows-1250", "windows-1251", "koi8-r", "iso-8859-1"]
)
@pytest.mark.parametrize("declared", ["euc-kr", "shift_jis", "big5"])
def test_r3_a_servers_latin_letters_give_way_to_what_the_document_declares(header: str, declared: str) -> None:
    text = f'<?xml version="1.0" encoding="{declared}"?><rss><title>{"韓國 " if declared != "shift_jis" else "韓国と"} 中文</title></rss>'
    assert decode(text.encode(declared), f"text/xml; charset={header}") == text


@pytest.mark.parametrize("name", MARKS)
@pytest.mark.parametrize("label", ["utf-16", "u32", "utf-8", "bogus", "iso-10646-ucs-2"])
def test_wide_encodings_show_themselves_and_a_false_claim_of_one_is_ignored(name: str, label: str) -> None:
    for mark in (MARKS[name], b""):
        assert decode(mark + xml(label).encode(name), "text/xml; charset=us-ascii") == xml(label)
    assert decode(xml("utf-16", PLAIN).encode(), "text/xml; charset=utf-32") == xml("utf-16", PLAIN)


@pytest.mark.parametrize("name", ["cp037", "cp500", "cp1140", "cp1026", "cp424", "cp875", "cp273"])
def test_ebcdic(name: str) -> None:
    assert decode(xml(name, PLAIN).encode(name), "") == xml(name, PLAIN)
    silent = f'<?xml version="1.0"?>{PLAIN}'
    assert decode(silent.encode("cp037"), "") == silent


SUPERSETS = {"iso8859_1", "iso8859_9", "iso8859_11", "tis_620"}  # read as Windows has them: C1 controls are letters
SINGLE = sorted(
    {name for name in set(encodings.aliases.aliases.values()) if name.startswith(("cp", "iso8859", "koi8", "mac_", "kz", "ptcp", "tis", "hp"))}
    - {"cp037", "cp500", "cp1140", "cp1026", "cp424", "cp864", "cp932", "cp949", "cp950", "cp273", "cp875", "cp65001", "cp720"}
)  # fmt: skip


@pytest.mark.parametrize("name", SINGLE)
def test_every_single_byte_encoding_is_believed(name: str) -> None:
    first = 0xA1 if name in SUPERSETS else 0x80
    letters = [bytes([byte]) for byte in range(first, 0x100) if bytes([byte]).decode(name, "ignore")]
    body = xml(name, "<rss><title>{}</title></rss>").encode().replace(b"{}", b" ".join(letters[::9][:9]))
    assert decode(body, "") == body.decode(name)


def test_what_is_no_charset_and_what_one_leaves_open() -> None:
    assert decode(b"<?xml encoding='iso-8859-1'?>caf\xe9 \x81", "") == "<?xml encoding='iso-8859-1'?>café \x81"
    for label in ("punycode", "unicode_escape", "idna", "hex", "rot13", "undefined", "utf-7", "zlib"):
        text = f"<rss>\\u0041 +AGE- {label} 한국과 나토</rss>"
        assert decode(text.encode(), f"text/xml; charset={label}") == text
    # Little that happens to be UTF-8 follows its claim.
    assert decode("<?xml encoding='euc-kr'?><t>힣</t>".encode("cp949"), "") == "<?xml encoding='euc-kr'?><t>힣</t>"
    assert decode(b"<?xml encoding='koi8-r'?>\xd0\xb0", "") == "<?xml encoding='koi8-r'?>п╟"


def test_r3_stray_bytes_cost_no_item() -> None:
    assert decode(KOREAN.encode().replace("방위".encode(), b"\xff\xec"), "").count("\ufffd") == 2
    assert decode(KOREAN.encode()[:41], "").endswith("\ufffd")
    assert "방산협의체" in decode(KOREAN.encode("cp949") * 20 + b"\xff\xff", "text/xml; charset=euc-kr")
    body = "".join(ENGLISH).encode()
    for place in (b"round 3", b"round 5", b"round 7", b"round 11"):
        body = body.replace(place, b"\x93" + place + b"\x94 don\x92t caf\xe9")
    for before in (b"", codecs.BOM_UTF8):
        text = decode(before + body, "text/xml; charset=utf-8")
        assert (text.count("“round"), "”" in text, text.count("don’t café")) == (4, True, 4)
    assert decode(body.replace(b"\x93", b"\xff\xfe\xfd"), "").count("agree") == 21
    longer = KOREAN.replace("회의", "회의를 열어 협력을 논의했다고 밝혔다 한국과 나토")
    paired = longer.encode().replace("방위".encode(), b"\xed\xa0\xbd\xed\xb8\x80") * 20  # CESU-8, in every entry
    assert decode(paired, "text/xml; charset=utf-8").count("방산협의체") == 20
    assert decode("".join(ENGLISH).encode() + b"NATO\x92s caf\xe9s", "").endswith("NATO’s cafés")


@table("codec, title, read")
def test_r3_an_entry_in_another_encoding_is_read_by_itself(codec: str, title: str, read: bool) -> None:
    for rest in (ENGLISH, [KOREAN.replace("rss", "item")] * 20):
        body = "".join(rest).encode() + f"<item><title>{title}</title></item>".encode(codec) + "".join(rest).encode()
        text = decode(body, "text/xml; charset=utf-8")
        assert (title in text) == read
        assert text.count(rest[0]) in {2, 40}


def test_wrong_letters_are_refused_and_not_read_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for body in ("НАТО и Республика Корея".encode("koi8-r"), "防衛装備庁と北大西洋".encode("shift_jis"), bytes(range(128, 256))):  # fmt: skip
        with pytest.raises(PollError, match="no other encoding fits"):
            decode(body, "text/xml; charset=utf-8")
    assert decode(codecs.BOM_UTF8 + KOREAN.encode("cp949"), "") == KOREAN
    monkeypatch.setattr("extractors.read.decode._mended", None)
    for body in (b"\xff" * 30_000, b"<item>\xff\xfe\xfd" * 10_000, b"\x93 a" * 30_000):  # X1
        with pytest.raises(PollError):
            decode(body, "")


def test_text_encoded_twice_is_read_as_it_was_meant() -> None:
    for text, codec in (("한 나토", "cp1252"), ("café", "latin-1"), ("don’t", "cp1252"), ("국토", "latin-1")):
        assert undoubled(text.encode().decode(codec).strip()) == text
        assert undoubled(text.encode().decode(codec)) == text
    for text in ("plain", "café", "Ça va", "한국 café", "Ã la carte"):
        assert undoubled(text) == text


@settings(deadline=None, derandomize=True, max_examples=200)
@given(st.binary(max_size=200), st.sampled_from(["", *(f"charset={label}" for label in ("euc-kr", "utf-16", "", "gb2312"))]))  # fmt: skip
def test_whatever_comes_is_text_or_refused(body: bytes, header: str) -> None:
    with suppress(PollError):
        assert isinstance(decode(body, header), str)


def test_korean_text_cut_anywhere_never_turns_into_other_letters() -> None:
    words, rng = KOREAN * 3, random.Random(7)
    for codec, label in (("utf-8", "utf-8"), ("cp949", "euc-kr"), ("utf-8", "euc-kr"), ("utf-8", "iso-8859-1")):
        body = words.encode(codec)
        for _ in range(50):
            cut = body[: rng.randrange(60, len(body))]
            assert words.startswith(decode(cut, f"text/xml; charset={label}").rstrip("\ufffd"))
