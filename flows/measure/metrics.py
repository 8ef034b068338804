"""How well detection does: pure figures over judged cases, each with its 95 % interval beside it.

Intervals are Wilson's score interval (E. B. Wilson, 1927) for proportions and for what is a
monotone function of one proportion (F1 of Jaccard's index, alerts per event of the share of
repeats); two proportions are combined by MOVER (Zou and Donner, 2008); B-cubed F1 is resampled
over whole events with a fixed seed. A figure without anything to count is None.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import hypot, sqrt
from statistics import NormalDist, fmean

Interval = tuple[float, float]
Block = dict[str, float | Interval | None]
Counts = Counter[tuple[bool | None, bool]]
"""How many cases have this label and that decision; one without a label counts nowhere."""

Z = NormalDist().inv_cdf(0.975)
RESAMPLES = 1000
# NIST's Topic Detection and Tracking: normalised detection cost, with the weights of its evaluations.
C_MISS, C_FA, P_TARGET = 1.0, 0.1, 0.02
MISS_WEIGHT, FA_WEIGHT = 1.0, C_FA * (1 - P_TARGET) / (C_MISS * P_TARGET)  # silence is the cheaper of doing nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One labelled case, and what was made of it; a label that the case lacks is None."""

    case: str
    relevant: bool | None
    alert: bool | None
    event: str  # the true event; the case's own id where the label names none
    told_relevant: bool = False
    told_alert: bool = False  # its mention is alertable
    told_event: str = ""  # the event it was tied to at the end; the case's own id where none
    told: str = ""  # the key of the change that it brought: "new", "advanced:held", …; "" for none
    told_stage: str = ""  # the stage in which that told the event

    @property
    def wrong(self) -> str:
        """What is wrong with it in words, "" where nothing is."""
        if self.alert is not None and self.alert != self.told_alert:
            return "false alert" if self.told_alert else "missed alert"
        if self.relevant is not None and self.relevant != self.told_relevant:
            return "falsely relevant" if self.told_relevant else "missed as relevant"
        return ""


def wilson(part: int, whole: int) -> Interval | None:
    """Wilson's 95 % score interval of the proportion part / whole; None of nothing."""
    if not whole:
        return None
    share, spread = part / whole, Z * Z / whole
    centre = share + spread / 2
    half = Z * sqrt(share * (1 - share) / whole + spread / (4 * whole))
    low, high = (centre - half) / (1 + spread), (centre + half) / (1 + spread)
    return (max(0.0, min(low, share)), min(1.0, max(high, share)))  # 0 of 167 gave a low of 2e-18


def figure(name: str, part: int, whole: int, shape: Callable[[float], float] = float) -> Block:
    """A monotone function of the proportion part / whole, under its name, and its interval under `<name>_ci`."""
    interval = wilson(part, whole)
    if interval is None:
        return {name: None, f"{name}_ci": None}
    low, high = sorted(map(shape, interval))
    return {name: round(shape(part / whole), 4), f"{name}_ci": (round(low, 4), round(high, 4))}


def retrieval(pairs: Counts) -> Block:
    """Precision, recall and F1 (a function of Jaccard's index, which is a proportion)."""
    hits, false, missed = pairs[True, True], pairs[False, True], pairs[True, False]
    return {
        **figure("precision", hits, hits + false),
        **figure("recall", hits, hits + missed),
        **figure("f1", hits, hits + false + missed, lambda j: 2 * j / (1 + j)),
    }


def detection_cost(pairs: Counts) -> Block:
    """Miss rate, false alarm rate and TDT's normalised detection cost (0 perfect, 1 as good as silence)."""
    misses, targets = pairs[True, False], pairs[True, True] + pairs[True, False]
    alarms, others = pairs[False, True], pairs[False, True] + pairs[False, False]
    rates = {**figure("miss_rate", misses, targets), **figure("false_alarm_rate", alarms, others)}
    miss, alarm = wilson(misses, targets), wilson(alarms, others)
    if miss is None or alarm is None:
        return {**rates, "detection_cost": None, "detection_cost_ci": None}
    cost = MISS_WEIGHT * (missed := misses / targets) + FA_WEIGHT * (alarmed := alarms / others)
    down, up = (hypot(MISS_WEIGHT * (missed - miss[end]), FA_WEIGHT * (alarmed - alarm[end])) for end in (0, 1))
    interval = round(max(0.0, cost - down), 4), round(cost + up, 4)
    return {**rates, "detection_cost": round(cost, 4), "detection_cost_ci": interval}


def b_cubed(labels: Sequence[tuple[str, str]]) -> list[tuple[float, float]]:
    """Precision and recall of each (true event, found event) pair's element (Bagga and Baldwin, 1998)."""
    both = Counter(labels)
    true, found = Counter(label for label, _ in labels), Counter(label for _, label in labels)
    return [(both[pair] / found[pair[1]], both[pair] / true[pair[0]]) for pair in labels]


def mean_f1(scores: Sequence[tuple[float, float]]) -> float:
    """F1 of the mean precision and the mean recall."""
    precision, recall = (fmean(column) for column in zip(*scores, strict=True))
    return 2 * precision * recall / (precision + recall)


def clustering(labels: Sequence[tuple[str, str]]) -> Block:
    """B-cubed F1 over (true event, found event) pairs, its interval resampled over true events."""
    if not labels:
        return {"b_cubed_f1": None, "b_cubed_f1_ci": None}
    scores = b_cubed(labels)
    groups: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    for (label, _), score in zip(labels, scores, strict=True):
        groups[label].append(score)
    dice, clusters = random.Random(0), list(groups.values())  # noqa: S311 - resampling, no secret
    draws = (dice.choices(clusters, k=len(clusters)) for _ in range(RESAMPLES))
    drawn = sorted(mean_f1([score for group in draw for score in group]) for draw in draws)
    low, high = (round(drawn[round(at * (RESAMPLES - 1))], 4) for at in (0.025, 0.975))
    return {"b_cubed_f1": round(mean_f1(scores), 4), "b_cubed_f1_ci": (low, high)}


def events(verdicts: Sequence[Verdict]) -> Block:
    """True events against what was told of them.

    An alert belongs to the true event of the case that brought it. The first one finds the event;
    an advance that tells a stage not told before counts as its own alert, once; others are repeats.
    """
    true = {one.event for one in verdicts if one.alert}
    told = [one for one in verdicts if one.told]
    units: set[tuple[str, str]] = set()  # (event, "") once it is told, (event, stage) for every stage told
    repeated = 0
    for one in (one for one in told if one.event in true):
        unit = (one.event, "" if one.told == "new" else one.told_stage)
        repeated += (one.event, "") in units and unit in units
        units |= {(one.event, ""), (one.event, one.told_stage)}
    rightly, found = sum(one.event in true for one in told), len({one.event for one in told} & true)
    return {
        "true": len(true),
        "true_ci": (len(true), len(true)),
        **scaled("found", found, len(true)),
        **scaled("missed", len(true) - found, len(true)),
        **scaled("repeated_alerts", repeated, len(told)),
        **scaled("spurious", len(told) - rightly, len(told)),
        **figure("alerts_per_true_event", rightly - repeated, rightly, lambda share: 1 / share),
        **clustering([(one.event, one.told_event) for one in verdicts if one.alert]),
    }


def scaled(name: str, part: int, whole: int) -> Block:
    """A count out of a whole, and its interval in the same unit."""
    low, high = wilson(part, whole) or (0.0, 0.0)
    return {name: part, f"{name}_ci": (round(low * whole, 2), round(high * whole, 2))}


def figures(verdicts: Sequence[Verdict]) -> dict[str, Block]:
    """The three blocks of CONTRACT.md's `konato evaluate`."""
    alert = Counts((one.alert, one.told_alert) for one in verdicts)
    return {
        "relevant": retrieval(Counts((one.relevant, one.told_relevant) for one in verdicts)),
        "alert": {**retrieval(alert), **detection_cost(alert)},
        "events": events(verdicts),
    }
