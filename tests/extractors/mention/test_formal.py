import tomllib
from datetime import UTC, datetime
from typing import Any

import pytest

from extractors.story import Mention
from tests.extractors.mention.saying import TITLES, holds, said, sayings

ACTS = tomllib.loads((TITLES / "acts.toml").read_text(encoding="utf-8"))


@sayings("formal")
def test_only_talks_are_of_a_low_level(saying: dict[str, Any]) -> None:
    holds(saying)


@pytest.mark.parametrize("language", ACTS)
def test_an_act_of_each_kind_alerts_in_every_language(language: str) -> None:
    when = datetime(2026, 3, 12, tzinfo=UTC)
    says = {title: said(title, language=language, published_at=when, first_seen_at=when) for title in ACTS[language]}
    missed = [title for title, one in says.items() if not (isinstance(one, Mention) and one.alertable)]
    assert len(missed) <= {"nl": 2, "fi": 1}.get(language, 0), missed
