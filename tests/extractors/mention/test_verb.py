from typing import Any

from tests.extractors.mention.saying import holds, sayings


@sayings("verb")
def test_stage_date_ordinal_and_place(saying: dict[str, Any]) -> None:
    holds(saying)


@sayings("planned")
def test_a_signature_ahead_is_a_plan_of_a_text_and_so_is_its_turn(saying: dict[str, Any]) -> None:
    holds(saying)


@sayings("held_late")
def test_what_had_been_put_off_and_took_place_was_held(saying: dict[str, Any]) -> None:
    holds(saying)


@sayings("act")
def test_a_call_is_the_act_whatever_is_to_follow_and_test_results_are_none(saying: dict[str, Any]) -> None:
    holds(saying)


@sayings("signed")
def test_what_a_title_says_was_agreed_was_signed_where_the_first_sentence_says_so(saying: dict[str, Any]) -> None:
    holds(saying)


@sayings("asked")
def test_who_asks_or_is_asked_to_join_or_talks_of_it_has_not_joined(saying: dict[str, Any]) -> None:
    holds(saying)


@sayings("other_words")
def test_j3_words_that_mean_an_act_elsewhere_tell_none_here(saying: dict[str, Any]) -> None:
    holds(saying)


@sayings("denied")
def test_what_was_not_signed_joined_or_held_is_not_told_so(saying: dict[str, Any]) -> None:
    holds(saying)
