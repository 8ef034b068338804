from __future__ import annotations

import pytest

from tests.configured import FEED, Refusal


@pytest.mark.parametrize(
    ("content", "key"),
    [
        ('[[feed]]\nurl = "https://a.example/"\n', "name"),
        ('[[feed]]\nname = "a"\n', "url"),
        ('[[feed]]\nname = "a"\nurl = "a.example/rss"\n', "url"),
        (FEED + 'colour = "red"\n', "colour"),
        (FEED + 'every = "often"\n', "every"),
        (FEED + 'timezone = "Mars/Olympus"\n', "timezone"),
        (FEED + 'kind = "gopher"\n', "kind"),
        (FEED + 'language = "English"\n', "language"),
        (FEED + 'language = "kr"\n', "language"),
        (FEED + FEED, "name"),
        (FEED + FEED.replace('"a"', '"b"'), "url"),
        (FEED + FEED.replace('"a"', '"b"').replace("https://a.example/rss", "HTTPS://A.example:443/rss#top"), "url"),
        ('[feed]\nname = "a"\n', ""),
        ("feed = [1]\n", ""),
        ("[[feeds]]\n", ""),
        ("[[feed]\n", ""),
    ],
)
def test_bad_feeds_are_refused(refusal: Refusal, content: str, key: str) -> None:
    assert refusal("feeds.toml", content).key == key
