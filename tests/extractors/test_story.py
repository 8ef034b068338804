from dataclasses import replace
from datetime import UTC, datetime

import pytest

from extractors.story import Report, Track
from tests import builders


def test_a_track_that_the_lexicon_declares_is_one_of_its_own_and_stands_before_the_last() -> None:
    weather = Track("weather_watch")
    assert weather is Track("weather_watch")
    assert weather == "weather_watch"
    tracks = [Track.COOPERATION, weather, Track.IP4_PROJECTS, Track.CONSULTATION_BODY]
    order = sorted(tracks, key=lambda track: track.precedence)
    assert order == [Track.CONSULTATION_BODY, Track.IP4_PROJECTS, weather, Track.COOPERATION]


@pytest.mark.parametrize("name", ["", "Two Words", "9lives"])
def test_what_is_no_name_is_no_track(name: str) -> None:
    with pytest.raises(ValueError, match="is not a valid"):
        Track(name)


def test_each_act_of_an_item_is_a_report_of_its_own_dated_by_its_publication() -> None:
    one = builders.item(published_at=None, first_seen_at=datetime(2026, 3, 10, tzinfo=UTC))
    first = Report.of(one, replace(builders.mention(), n=0))
    second = Report.of(one, replace(builders.mention(), n=1))
    assert first.item_id == one.item_id
    assert second.item_id == f"{one.item_id}.1"
    assert first.when == one.first_seen_at
    assert Report.of(replace(one, published_at=datetime(2026, 3, 9, tzinfo=UTC)), builders.mention()).when.day == 9
