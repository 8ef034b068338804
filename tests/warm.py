"""What a forked cycle starts with: the words read. Imported by the fork server alone."""

from extractors.mention.describe import describe
from flows.configure.packaged import packaged_config, read_lexicon
from tests.builders import item
from tests.stage import FOUNDING_EN

SAYS = describe(item(title=FOUNDING_EN[1], summary=FOUNDING_EN[3]), read_lexicon(packaged_config() / "lexicon"))
