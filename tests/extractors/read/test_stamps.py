from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.read.stamps import read

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def seoul(raw: str) -> tuple[datetime | None, str]:
    return read(raw, zone="Asia/Seoul", now=NOW)


@pytest.mark.parametrize(
    ("raw", "utc"),
    [
        # RFC 822 and its relatives
        ("Thu, 23 Apr 2026 09:00:00 KST", "2026-04-23 00:00:00"), ("Thu, 23 Apr 2026 09:00:00 JST", "2026-04-23 00:00:00"),
        ("Thu, 23 Apr 2026 09:00:00 +0900", "2026-04-23 00:00:00"), ("Thu, 23 Apr 2026 09:00:00 +09:00", "2026-04-23 00:00:00"),
        ("Thu, 23 Apr 2026 09:00:00 +9", "2026-04-23 00:00:00"), ("Thu, 23 Apr 2026 09:00:00 GMT+9", "2026-04-23 00:00:00"),
        ("Thu, 23 Apr 2026 09:00:00 +0900 (KST)", "2026-04-23 00:00:00"), ("Thu, 23 Apr 2026 09:00:00 CEST", "2026-04-23 07:00:00"),
        ("Thu, 23 Apr 2026 09:00:00 cet", "2026-04-23 08:00:00"), ("Thu, 23 Apr 2026 09:00:00 BST", "2026-04-23 08:00:00"),
        ("Thu, 23 Apr 2026 09:00:00 EDT", "2026-04-23 13:00:00"), ("Thu, 23 Apr 2026 09:00:00 PST", "2026-04-23 17:00:00"),
        ("Thu, 23 Apr 2026 09:00:00 ACST", "2026-04-22 23:30:00"), ("Thu, 23 Apr 2026 09:00:00 Z", "2026-04-23 09:00:00"),
        ("Thu, 23 Apr 2026 09:00:00 -0000", "2026-04-23 09:00:00"), ("Thu, 23 Apr 2026 09:00:00 -0330", "2026-04-23 12:30:00"),
        ("Thu, 23 Apr 2026 09:00:00 Europe/Brussels", "2026-04-23 07:00:00"), ("Thu, 23 Apr 2026 09:00:00", "2026-04-23 00:00:00"),
        ("Thu, 23 Apr 26 09:00 KST", "2026-04-23 00:00:00"), ("23 Apr 2026 9:00:00 KST", "2026-04-23 00:00:00"),
        ("목, 23 Apr 2026 09:00:00 +0900", "2026-04-23 00:00:00"), ("Thu,  23  April 2026   09:00:00\n+0900", "2026-04-23 00:00:00"),
        ("19 Sep. 2025 12:00:00 GMT", "2025-09-19 12:00:00"), ("Fri, 19 Sept 2025 12:00:00 GMT", "2025-09-19 12:00:00"),
        ("Sunday, 06-Nov-99 08:49:37 GMT", "1999-11-06 08:49:37"), ("Thu, 23 Apr 2026 24:00:00 +0900", "2026-04-23 15:00:00"),
        ("Thu, 23 Apr 2026 23:59:60 +0900", "2026-04-23 15:00:00"), ("23 Apr 2026", "2026-04-22 15:00:00"),
        ("Thu Apr 23 09:00:00 KST 2026", "2026-04-23 00:00:00"), ("Thu Apr 23 09:00:00 2026", "2026-04-23 00:00:00"),
        ("April 23, 2026 9:00 AM", "2026-04-23 00:00:00"), ("Thursday, April 23, 2026 at 12:05 pm", "2026-04-23 03:05:00"),
        ("Thursday, April 23, 2026", "2026-04-22 15:00:00"), ("Thu Sep 25 2025 10:00:00 GMT+0900 (Korean Standard Time)", "2025-09-25 01:00:00"),
        ("2025-09-25 10:00:00 +0900 KST", "2025-09-25 01:00:00"), ("2025-09-25 10:00:00.123456 +0200 CEST", "2025-09-25 08:00:00"),
        ("25.09.2025 10:00", "2025-09-25 01:00:00"), ("25.9.2025, 10:00:00 Uhr", "2025-09-25 01:00:00"), ("25.09.2025", "2025-09-24 15:00:00"),
        ("1758762000", "2025-09-25 01:00:00"), ("1758762000123", "2025-09-25 01:00:00"), ("1758762000.5", "2025-09-25 01:00:00"),
        ("2025年9月25日 10:00", "2025-09-25 01:00:00"), ("2025年9月25日（木）10時05分", "2025-09-25 01:05:00"), ("2025年09月25日 下午3:30", "2025-09-25 06:30:00"),
        ("2025年9月25日", "2025-09-24 15:00:00"),
        # ISO 8601
        ("2026-06-30T10:36:00+09:00", "2026-06-30 01:36:00"), ("2026-06-30T10:36:00+0900", "2026-06-30 01:36:00"),
        ("2026-06-30T10:36:00+09", "2026-06-30 01:36:00"), ("2026-06-30T10:36:00.123456Z", "2026-06-30 10:36:00"),
        ("2026-06-30T10:36:00,5Z", "2026-06-30 10:36:00"), ("2026-06-30t10:36z", "2026-06-30 10:36:00"),
        ("2026-06-30T10:36:00", "2026-06-30 01:36:00"), ("2026-06-30T10:36:00-05:00", "2026-06-30 15:36:00"), ("2026-06-30", "2026-06-29 15:00:00"),
        ("2026-06", "2026-05-31 15:00:00"), ("20260630", "2026-06-29 15:00:00"),
        # What Korean systems write
        ("2022-07-15 07:30:10", "2022-07-14 22:30:10"), ("2022-07-15 07:30", "2022-07-14 22:30:00"), ("2026-06-30 10:36:00.0", "2026-06-30 01:36:00"),
        ("2026-06-30 10:36:00 (KST)", "2026-06-30 01:36:00"), ("2026/06/30 10:36:00", "2026-06-30 01:36:00"),
        ("2026.06.30. 오전 10:36", "2026-06-30 01:36:00"), ("2026.06.30. 오전 12:05", "2026-06-29 15:05:00"),
        ("2026.06.30. 오후 12:36", "2026-06-30 03:36:00"), ("2026.06.30. 오후 3:05", "2026-06-30 06:05:00"),
        ("2026.06.30 오후 15:05", "2026-06-30 06:05:00"), ("2026.06.30 (화) 15:05", "2026-06-30 06:05:00"),
        ("2026-06-30 3:05 PM", "2026-06-30 06:05:00"), ("2026. 6. 30. 10:36", "2026-06-30 01:36:00"), ("2025.11.24", "2025-11-23 15:00:00"),
        ("2025. 11. 24.", "2025-11-23 15:00:00"), ("2025년 7월 29일", "2025-07-28 15:00:00"), ("2025년 7월 29일 오후 3시 5분", "2025-07-29 06:05:00"),
        ("2025년 7월 29일 (화) 오후 3시", "2025-07-29 06:00:00"), ("2025년 07월 29일 화요일 15:05:09", "2025-07-29 06:05:09"),
        ("20240324163451", "2024-03-24 07:34:51"), ("202403241634", "2024-03-24 07:34:00"), ("20260924T010203Z", "2026-09-24 01:02:03"),
    ],
)  # fmt: skip
def test_r11_every_form_that_feeds_write(raw: str, utc: str) -> None:
    assert seoul(raw) == (datetime.fromisoformat(utc).replace(tzinfo=UTC), "")


@pytest.mark.parametrize(
    ("raw", "flag"),
    [
        ("", "missing"), (" \n", "missing"), ("3 hours ago", "unreadable"), ("0000-00-00 00:00:00", "unreadable"),
        ("Tue, 31 Feb 2026 00:00:00 GMT", "unreadable"), ("Tue, 31 Foo 2026 00:00:00 GMT", "unreadable"), ("2026-06-30T25:00:00Z", "unreadable"),
        ("2026-06-30T10:61:00Z", "unreadable"), ("Thu, 23 Apr 2026 09:00:00 XYZ", "unreadable"),
        ("Thu, 23 Apr 2026 09:00:00 America/Indiana", "unreadable"), ("Thu, 23 Apr 2026 09:00:00 +9900", "unreadable"),
        ("9999-12-31T23:59:59-23:00", "future"), ("2026-06-30 " + "x" * 500, "unreadable"), ("Sun, 06 Nov 1994 08:49:37 GMT", "ancient"),
        ("0001-01-01T00:00:00Z", "ancient"), ("Tue, 24 Nov 2026 00:11:00 GMT", "future"), ("2062-08-01T00:00:00Z", "future"),
    ],
)  # fmt: skip
def test_what_cannot_be_believed_is_flagged(raw: str, flag: str) -> None:
    assert seoul(raw) == (NOW if flag == "future" else None, flag)


def test_a_clock_ten_minutes_ahead_is_believed() -> None:
    assert seoul("Tue, 24 Nov 2026 00:10:00 GMT") == (NOW + timedelta(minutes=10), "")


def test_an_ambiguous_zone_is_the_feeds_own() -> None:
    noon = "Thu, 23 Apr 2026 12:00:00 CST"
    assert read(noon, zone="Asia/Shanghai", now=NOW)[0] == datetime(2026, 4, 23, 4, tzinfo=UTC)
    assert read(noon, zone="America/Chicago", now=NOW)[0] == datetime(2026, 4, 23, 18, tzinfo=UTC)
    assert read("2026-04-23 12:00:00", zone="Europe/Brussels", now=NOW)[0] == datetime(2026, 4, 23, 10, tzinfo=UTC)


@settings(deadline=None, derandomize=True, max_examples=300)
@given(st.text(alphabet="0123456789-:./ TZ+년월일시분오전후amp,AprJun(KST)", max_size=40))
def test_whatever_is_written_is_a_time_or_flagged(raw: str) -> None:
    when, flag = seoul(raw)
    assert (when is None) == (flag not in {"", "future"})


@settings(deadline=None, derandomize=True, max_examples=200)
@given(st.datetimes(datetime(1995, 1, 2), datetime(2026, 11, 22)), st.integers(-14 * 4, 14 * 4))
def test_iso_and_rfc_forms_agree_with_the_standard_library(local: datetime, quarters: int) -> None:
    minutes = quarters * 15
    offset = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    expected = (local.replace(microsecond=0) - timedelta(minutes=minutes)).replace(tzinfo=UTC)
    iso = local.replace(microsecond=0).isoformat() + offset
    mail = local.strftime("%a, %d %b %Y %H:%M:%S ") + offset.replace(":", "")
    assert seoul(iso)[0] == seoul(mail)[0] == expected
