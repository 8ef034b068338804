"""What a forked cycle starts with: all modules of a cycle, and the words read. Imported by the fork server alone."""

from importlib import import_module
from pkgutil import walk_packages

from extractors.mention.describe import describe
from flows.configure.packaged import packaged_config, read_lexicon
from tests.builders import item
from tests.stage import FOUNDING_EN

for package in ("extractors", "alerts", "warehouse", "flows.cycle", "flows.configure"):
    for module in walk_packages(import_module(package).__path__, f"{package}."):
        import_module(module.name)
SAYS = describe(item(title=FOUNDING_EN[1], summary=FOUNDING_EN[3]), read_lexicon(packaged_config() / "lexicon"))
