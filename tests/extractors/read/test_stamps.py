from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.read.stamps import read
from tests.table import table

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def seoul(raw: str) -> tuple[datetime | None, str]:
    return read(raw, zone="Asia/Seoul", now=NOW)


@table("raw, utc")
def test_r11_every_form_that_feeds_write(raw: str, utc: str) -> None:
    assert seoul(raw) == (datetime.fromisoformat(utc).replace(tzinfo=UTC), "")


@table("raw, flag", ("2026-06-30 " + "x" * 500, "unreadable"))
def test_what_cannot_be_believed_is_flagged(raw: str, flag: str) -> None:
    assert seoul(raw) == (NOW if flag == "future" else None, flag)


def test_a_clock_ten_minutes_ahead_is_believed() -> None:
    assert seoul("Tue, 24 Nov 2026 00:10:00 GMT") == (NOW + timedelta(minutes=10), "")


def test_an_ambiguous_zone_is_the_feeds_own() -> None:
    noon = "Thu, 23 Apr 2026 12:00:00 CST"
    assert read(noon, zone="Asia/Shanghai", now=NOW)[0] == datetime(2026, 4, 23, 4, tzinfo=UTC)
    assert read(noon, zone="America/Chicago", now=NOW)[0] == datetime(2026, 4, 23, 18, tzinfo=UTC)
    assert read("2026-04-23 12:00:00", zone="Europe/Brussels", now=NOW)[0] == datetime(2026, 4, 23, 10, tzinfo=UTC)


@settings(deadline=None, derandomize=True, max_examples=200)
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


@table("zone, raw, day")
def test_r11_a_year_of_two_digits_stands_in_front_in_asia_else_where_it_fits(zone: str, raw: str, day: str) -> None:
    when, flag = read(raw, zone=zone, now=NOW)
    assert (str(when and when.date()), flag) == (day, "")
