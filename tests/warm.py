"""What a forked cycle starts with: all modules of a cycle, words, plug-ins, pages read. Imported by the fork server alone."""

from importlib import import_module
from pkgutil import walk_packages

from alerts.brief import pages
from alerts.send import door
from extractors.mention.describe import describe
from flows.configure.packaged import packaged_config, read_lexicon
from tests.builders import item
from tests.stage import FOUNDING_EN

for package in ("extractors", "alerts", "warehouse", "flows.cycle", "flows.configure"):
    for module in walk_packages(import_module(package).__path__, f"{package}."):
        import_module(module.name)
PAGES = [pages._environment().get_template(name) for name in pages._environment().list_templates(["html", "atom"])]
SAYS = describe(item(title=FOUNDING_EN[1], summary=FOUNDING_EN[3]), read_lexicon(packaged_config() / "lexicon"))
URLS = [door.check(url) for url in ("json://127.0.0.1:9/", "mailto://u:p@127.0.0.1:9?from=a@d.example&to=b@d.example")]
