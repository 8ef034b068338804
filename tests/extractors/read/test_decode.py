from __future__ import annotations

import codecs
import encodings.aliases
import random
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.read.decode import UndecodableError, decode, undoubled

KOREAN = "<rss><title>한-나토 방산협의체, 똠방각하와 펲시</title><item><title>방위사업청 나토 회의</title></item></rss>"
DECLARED = '<?xml version="1.0" encoding="{}"?>'


def xml(encoding: str, text: str = KOREAN) -> str:
    return DECLARED.format(encoding) + text


@pytest.mark.parametrize(
    "label",
    [
        "euc-kr", "EUC-KR", "euc_kr", "ks_c_5601-1987", "KS_C_5601-1987", "ksc5601", "ksc_5601", "cp949", "uhc", "x-windows-949",
    ],
)  # fmt: skip
def test_korean_claims_are_read_as_cp949(label: str) -> None:
    assert decode(xml(label).encode("cp949"), "") == xml(label)
    assert decode(KOREAN.encode("cp949"), f"text/xml; charset={label}") == KOREAN
    assert decode(KOREAN.encode("cp949"), f'text/xml; Charset = "{label}"') == KOREAN


@pytest.mark.parametrize(
    "label", ["cseuckr", "csksc56011987", "iso-ir-149", "ks_c_5601-1989", "ksc_5601", "949", "korean", "ms949"]
)
def test_a_single_syllable_is_read_by_its_claim(label: str) -> None:
    text = DECLARED.format(label) + "<t>똠</t>"
    assert decode(text.encode("cp949"), "") == text


@pytest.mark.parametrize(
    "label",
    ["euc-kr", "ks_c_5601-1987", "iso-8859-1", "us-ascii", "windows-1252", "shift_jis", "utf-16", "bogus", "utf8"],
)
def test_utf8_is_utf8_whatever_it_claims(label: str) -> None:
    assert decode(xml(label).encode(), f"text/xml; charset={label}") == xml(label)
    assert decode(xml(label).encode(), "") == xml(label)


@pytest.mark.parametrize("label", ["utf-8", "iso-8859-1", "us-ascii", ""])
def test_hangul_shows_through_a_servers_default(label: str) -> None:
    text = xml(label) if label else KOREAN
    assert decode(text.encode("cp949"), f"text/xml; charset={label}") == text
    assert decode(text.encode("cp949"), "text/xml") == text


@pytest.mark.parametrize(
    ("name", "marked"),
    [(name, marked) for name in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be") for marked in (True, False)],
)
@pytest.mark.parametrize("label", ["utf-16", "u32", "utf-8", "bogus", "iso-10646-ucs-2"])
def test_wide_encodings_show_themselves(name: str, marked: bool, label: str) -> None:
    mark = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE, "utf-32-le": codecs.BOM_UTF32_LE}.get(
        name, codecs.BOM_UTF32_BE
    )
    assert decode((mark if marked else b"") + xml(label).encode(name), "text/xml; charset=us-ascii") == xml(label)


def test_a_mark_outweighs_every_claim() -> None:
    assert decode(codecs.BOM_UTF8 + xml("euc-kr").encode(), "text/xml; charset=shift_jis") == xml("euc-kr")


def test_a_claim_of_a_wide_encoding_over_narrow_bytes_is_ignored() -> None:
    text = DECLARED.format("utf-16") + "<rss><title>plain</title></rss>"
    assert decode(text.encode(), "text/xml; charset=utf-32") == text


@pytest.mark.parametrize("name", ["cp037", "cp500", "cp1140", "cp1026", "cp424", "cp875", "cp273"])
def test_ebcdic(name: str) -> None:
    text = xml(name, "<rss><title>Plain words</title></rss>")
    assert decode(text.encode(name), "") == text


def test_ebcdic_without_a_word_on_which() -> None:
    text = '<?xml version="1.0"?><rss><title>Plain words</title></rss>'
    assert decode(text.encode("cp037"), "") == text


SUPERSETS = {
    "iso8859_1",
    "iso8859_9",
    "iso8859_11",
    "tis_620",
}  # read as Windows has them, where C1 controls are letters
SINGLE = sorted(
    {
        name
        for name in set(encodings.aliases.aliases.values())
        if name.startswith(("cp", "iso8859", "koi8", "mac_", "kz", "ptcp", "tis", "hp"))
    }
    - {
        "cp037", "cp500", "cp1140", "cp1026", "cp424", "cp864", "cp932", "cp949", "cp950", "cp273", "cp875", "cp65001", "cp720",
    }
)  # fmt: skip


@pytest.mark.parametrize("name", SINGLE)
def test_every_single_byte_encoding_is_believed(name: str) -> None:
    letters = bytes(
        byte for byte in range(0xA1 if name in SUPERSETS else 0x80, 0x100) if bytes([byte]).decode(name, "ignore")
    )[::9]
    body = (
        DECLARED.format(name).encode("ascii")
        + b"<rss><title>"
        + b" ".join(letters[n : n + 1] for n in range(9))
        + b"</title></rss>"
    )
    expected = body.decode(name)
    assert decode(body, "") == expected


@pytest.mark.parametrize(
    ("label", "codec", "text"),
    [
        ("shift_jis", "cp932", "韓国とNATOの防衛協議①"), ("x-sjis", "cp932", "防衛装備庁"), ("x-euc-jp", "euc_jp", "防衛装備庁"),
        ("windows-874", "cp874", "กระทรวงกลาโหม"), ("x-cp1251", "cp1251", "НАТО и Республика Корея"), ("437", "cp437", "Çüé ±"),
        ("euc-jp", "euc_jp", "防衛装備庁と北大西洋条約機構"), ("iso-2022-jp", "iso2022_jp", "防衛装備庁"), ("gb2312", "gb18030", "韩国与北约镕"), ("gbk", "gb18030", "韩国与北约"),
        ("hz-gb-2312", "hz", "韩国与北约"), ("big5", "big5hkscs", "韓國與北約"), ("koi8-r", "koi8_r", "НАТО и Республика Корея"),
        ("windows-1251", "cp1251", "НАТО и Республика Корея"), ("windows-1255", "cp1255", "נאטו"),
        ("windows-1250", "cp1250", "Współpraca zbrojeniowa, południe"), ("iso-8859-1", "cp1252", "the alliance’s “pact” – café"),
        ("johab", "johab", "한국과 나토"),
    ],
)  # fmt: skip
def test_claims_are_believed_by_declaration_and_by_header(label: str, codec: str, text: str) -> None:
    assert decode(xml(label, text).encode(codec), "text/xml") == xml(label, text)
    assert decode(text.encode(codec), f"text/xml;charset={label}") == text
    # A server that says its default beside a document that knows better.
    assert decode(xml(label, text).encode(codec), "text/xml; charset=ISO-8859-1") == xml(label, text)


def test_windows_1252_with_bytes_it_leaves_open() -> None:
    assert decode(b"<?xml encoding='iso-8859-1'?>caf\xe9 \x81", "") == "<?xml encoding='iso-8859-1'?>café \x81"


def test_a_charset_that_is_no_charset() -> None:
    for label in ("punycode", "unicode_escape", "idna", "hex", "rot13", "undefined", "utf-7", "zlib"):
        assert decode(
            f"<rss>\\u0041 +AGE- {label} 한국과 나토</rss>".encode(), f"text/xml; charset={label}"
        ).startswith("<rss>\\u0041 +AGE-")


def test_a_few_stray_bytes_do_not_cost_the_feed() -> None:
    body = KOREAN.encode().replace("방위".encode(), b"\xff\xec")
    assert decode(body, "").count("\ufffd") == 2
    assert decode(KOREAN.encode()[:41], "").endswith("\ufffd")
    body = KOREAN.encode("cp949") * 20 + b"\xff\xff"
    assert "방산협의체" in decode(body, "text/xml; charset=euc-kr")


ENGLISH = [f"<item><title>Seoul and Brussels agree, round {n}</title></item>" for n in range(21)]


def test_r3_stray_bytes_in_a_long_feed_cost_no_item() -> None:
    body = "".join(ENGLISH).encode()
    for place in (b"round 3", b"round 5", b"round 7", b"round 11"):
        body = body.replace(place, b"\x93" + place + b"\x94 don\x92t caf\xe9")
    for before in (b"", codecs.BOM_UTF8):
        text = decode(before + body, "text/xml; charset=utf-8")
        assert text.count("“round") == 4
        assert "”" in text
        assert text.count("don’t café") == 4
    assert decode(body.replace(b"\x93", b"\xff\xfe\xfd"), "").count("agree") == 21


@pytest.mark.parametrize("codec", ["cp1252", "cp949", "shift_jis", "cp1251"])
def test_r3_an_entry_in_another_encoding_is_read_by_itself(codec: str) -> None:
    title = {
        "cp1252": "Für Übungen gäbe es Körbe",
        "cp949": "나토와 방산 협의체 신설에 합의",
        "shift_jis": "防衛装備庁と北大西洋",
        "cp1251": "НАТО и Республика Корея",
    }[codec]
    for rest in (ENGLISH, [KOREAN.replace("rss", "item")] * 20):
        body = "".join(rest).encode() + f"<item><title>{title}</title></item>".encode(codec) + "".join(rest).encode()
        text = decode(body, "text/xml; charset=utf-8")
        assert (title in text) == (codec in {"cp1252", "cp949"})
        assert text.count(rest[0]) in {2, 40}


def test_wrong_letters_are_refused() -> None:
    for body in (
        "НАТО и Республика Корея".encode("koi8-r"),
        "防衛装備庁と北大西洋".encode("shift_jis"),
        bytes(range(128, 256)),
    ):
        with pytest.raises(UndecodableError, match="no other encoding fits"):
            decode(body, "text/xml; charset=utf-8")
    assert decode(codecs.BOM_UTF8 + KOREAN.encode("cp949"), "") == KOREAN


def test_little_that_happens_to_be_utf8_follows_its_claim() -> None:
    assert decode("<?xml encoding='euc-kr'?><t>힣</t>".encode("cp949"), "") == "<?xml encoding='euc-kr'?><t>힣</t>"
    assert decode(b"<?xml encoding='koi8-r'?>\xd0\xb0", "") == "<?xml encoding='koi8-r'?>п╟"


def test_text_encoded_twice_is_read_as_it_was_meant() -> None:
    assert undoubled("한 나토".encode().decode("cp1252")) == "한 나토"
    assert undoubled("café".encode().decode("latin-1")) == "café"
    assert undoubled("don’t".encode().decode("cp1252")) == "don’t"
    for text in ("plain", "café", "Ça va", "한국 café", "Ã la carte"):
        assert undoubled(text) == text


@settings(deadline=None, derandomize=True, max_examples=300)
@given(
    st.binary(max_size=200),
    st.sampled_from(["", "text/xml; charset=euc-kr", "text/xml; charset=utf-16", "charset=", "charset=gb2312"]),
)
def test_whatever_comes_is_text_or_refused(body: bytes, header: str) -> None:
    with suppress(UndecodableError):
        assert isinstance(decode(body, header), str)


def test_korean_text_cut_anywhere_never_turns_into_other_letters() -> None:
    words, rng = KOREAN * 3, random.Random(7)
    for codec, label in (("utf-8", "utf-8"), ("cp949", "euc-kr"), ("utf-8", "euc-kr"), ("utf-8", "iso-8859-1")):
        body = words.encode(codec)
        for _ in range(100):
            cut = body[: rng.randrange(60, len(body))]
            assert words.startswith(decode(cut, f"text/xml; charset={label}").rstrip("\ufffd"))


def test_x1_bytes_that_are_no_text_are_not_read_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extractors.read.decode._mended", None)
    for body in (b"\xff" * 30_000, b"<item>\xff\xfe\xfd" * 10_000, b"\x93 a" * 30_000):
        with pytest.raises(UndecodableError):
            decode(body, "")
