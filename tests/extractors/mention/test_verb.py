from typing import Any

from tests.extractors.mention.saying import holds, sayings


@sayings("verb")
def test_stage_date_ordinal_and_place(saying: dict[str, Any]) -> None:
    holds(saying)


@sayings("planned")
def test_j2_a_signature_ahead_is_a_plan_of_a_text_and_so_is_its_turn(saying: dict[str, Any]) -> None:
    holds(saying)


@sayings("held_late")
def test_j3_what_had_been_put_off_and_took_place_was_held(saying: dict[str, Any]) -> None:
    holds(saying)
