"""`make bench`: timings as ratios taken in one run, whole processes on loopback.

Feeds: 1,000 of 40 items, polled cold, unchanged and with 40 new items, in processor time, against feedparser in one process
and, where the Python that KONATO_READER names has it (default: this one), lemon24/reader's own update of the same feeds.
Edge: see `tests.bench_edge`. Headlines: how many items a second `describe` reads. Archive and claims: see `tests.bench_archive`, `tests.bench_claims`.
`python -m tests.bench feeds`, `headlines`, `archive` or `claims` runs one of them.
"""

import os
import pkgutil
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from extractors.story import Rejection
from tests.builders import item
from tests.publisher import Answer, Asked, Publisher
from tests.stage import Stage, noise, rss

FEEDS, ITEMS, ITEMS_READ = 1_000, 40, 50_000

PARSER = """
import sys, urllib.request, feedparser
for n in range(int(sys.argv[2])):
    feedparser.parse(urllib.request.urlopen(f"{sys.argv[1]}/f{n}").read())
"""
READER = """
import sys, reader
kept = reader.make_reader(sys.argv[3], feed_root="")
for n in range(int(sys.argv[2])):
    kept.add_feed(f"{sys.argv[1]}/f{n}", exist_ok=True)
kept.update_feeds(scheduled=False)
"""
START = "import flows.cli.main, flows.cycle.cycle, extractors.fetch.door, extractors.mention.describe"


def memory(of: str) -> float:
    """This process's memory in MiB: "VmRSS" now, "VmHWM" at its largest; getrusage counts the parent's from before exec."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line for line in status.splitlines() if line.startswith(of)).split()[1]) / 1024


def process(*words: str) -> tuple[float, float]:
    """Run a process; return its processor seconds, children's too, and its largest memory in MiB (of its largest process)."""
    with subprocess.Popen(words, stdout=subprocess.DEVNULL) as running:
        _, status, used = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode:
        raise SystemExit(f"{words[:4]} ended with {running.returncode}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def feeds() -> None:
    """Poll a thousand feeds."""
    bodies = [rss(*noise(ITEMS, n * ITEMS, f"o{n}.example")).body for n in range(FEEDS)]

    def serve(asked: Asked) -> Answer:
        body = bodies[int(asked.path.removeprefix("/f"))]
        tag = f'"{hash(body)}"'
        if asked.headers.get("if-none-match") == tag:
            return Answer(status=304)
        return Answer(body=body, headers={"ETag": tag})

    with Publisher({f"/f{n}": serve for n in range(FEEDS)}) as site, tempfile.TemporaryDirectory() as folder:
        stage = Stage(Path(folder) / "stage", site)
        stage.feeds({f"f{n}": {} for n in range(FEEDS)})
        konato = [sys.executable, "-m", "flows.cli.main", "run", "--all", "--config", str(stage.config)]
        konato += ["--home", str(stage.home), "--now"]
        python = os.environ.get("KONATO_READER", sys.executable)
        beside = subprocess.run([python, "-c", "import reader"], capture_output=True, check=False).returncode == 0
        reader = [python, "-c", READER, site.url(""), str(FEEDS), str(Path(folder) / "reader.sqlite")]
        start, _ = process(sys.executable, "-c", START)
        parser = 10 * process(sys.executable, "-c", PARSER, site.url(""), str(FEEDS // 10))[0]
        print(f"feeds: {FEEDS} x {ITEMS} items, processor seconds; start-up {start:.2f}, feedparser {parser:.1f}")
        for minute, name in enumerate(("cold", "unchanged", "40 new")):
            if name == "40 new":
                for n in range(40):  # one each, as a cycle of ten minutes brings them; forty of one feed are a gap
                    host = f"o{n}.example"
                    fresh, old = noise(1, FEEDS * ITEMS + n, host), noise(ITEMS - 1, n * ITEMS, host)
                    bodies[n] = rss(*fresh, *old).body
            ours, peak = process(*konato, f"2025-06-26T12:{minute}0:00+09:00")
            theirs = process(*reader)[0] if beside else 0.0
            against = f"{ours / theirs:.2f} x reader's {theirs:.1f}" if beside else f"{ours / parser:.2f} x feedparser"
            print(f"  {name:<10} {ours:6.2f}, {against}, {peak:.0f} MiB", flush=True)


def headlines() -> None:
    """Describe items as feeds carry them, a title and 300 characters, of general news in English and Korean; one core."""
    from extractors.mention.describe import describe
    from extractors.words.lexicon import load
    from flows.configure.packaged import packaged_config

    chance, lexicon = random.Random(72), load(packaged_config() / "lexicon")
    english = pkgutil.get_data("justext", "stoplists/English.txt") or b""
    korean = ["".join(chr(chance.randint(0xAC00, 0xD7A3)) for _ in range(chance.randint(2, 4))) for _ in range(4_000)]
    told = ["NATO", "Korea", "defense", "industry", "exchange", "나토", "한국", "방산", "talks", "회의", "협력"]
    for language, words in (("en", english.decode().split()), ("ko", korean)):
        said = [chance.choices(words, k=90) + chance.choices(told, k=chance.random() < 0.1) for _ in range(ITEMS_READ)]
        texts = [" ".join(one)[:372] for one in said]
        items = [item(language=language, title=text[:72], summary=text[72:]) for text in texts]
        describe(items[0], lexicon)
        begun = time.process_time()
        relevant = sum(not isinstance(describe(one, lexicon), Rejection) for one in items)
        rate = ITEMS_READ / (time.process_time() - begun)
        print(f"items: {language} {rate:,.0f} a second over {ITEMS_READ:,} ({relevant:,} relevant)")


if __name__ == "__main__":
    here: dict[str, Callable[[], None]] = {"feeds": feeds, "headlines": headlines}
    for part in sys.argv[1:] or (*here, "archive", "edge", "claims"):
        try:
            (here.get(part) or import_module(f"tests.bench_{part}").main)()
        except OSError as error:  # of what a machine lacks, such as a PostgreSQL server
            print(f"{part}: {error}")
