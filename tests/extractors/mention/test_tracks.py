"""Which line of cooperation an act belongs to."""

from extractors.story import Track
from tests.extractors.mention.saying import told


def test_the_four_partners_and_a_joint_project() -> None:
    mention = told(
        "NATO and Indo-Pacific partners launch joint munitions project",
        "Australia, Japan, New Zealand and South Korea take part.",
    )
    assert (mention.track, mention.alertable) == (Track.IP4_PROJECTS, True)


def test_a_project_of_the_alliance_in_a_field_is_defence_industry() -> None:
    assert told("한국, 나토 해저 기반시설 보호 사업 합류").track == Track.NATO_PROJECTS
