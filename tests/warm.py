"""What a forked cycle starts with: all that it imports, and the words read. Imported by the fork server alone."""

import alerts.send.apprise
import alerts.send.door
import alerts.word.render
import extractors.event.resolve
import extractors.fetch.exchange
import flows.cycle.cycle
import flows.cycle.read
from extractors.mention.describe import describe
from flows.configure.packaged import packaged_config, read_lexicon
from tests.builders import item
from tests.stage import FOUNDING_EN

SAYS = describe(item(title=FOUNDING_EN[1], summary=FOUNDING_EN[3]), read_lexicon(packaged_config() / "lexicon"))
