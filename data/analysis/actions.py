"""The rule table: from the pattern of forces to what to do on Monday (docs/actions.md).

Rules of a level are tried from top to bottom; the first that holds for a force in a place is the
one recommended there, so the special stands before the general. Every condition brings the figures
it rests on.
"""

from dataclasses import dataclass
from enum import StrEnum

from data.analysis.forces import FORCES, Force, Segment
from data.analysis.patterns import (
    Condition,
    ahead,
    answered,
    behind,
    few_answered,
    high,
    low,
    many,
    not_strong,
    strong,
    unexplained,
    unreliable,
    worsened,
)
from data.analysis.wording import SHORT_NAMES

MOESTA = "Forces of progress (Moesta and Spiek, Re-Wired Group)"
BANDURA = "Self-efficacy by own success (Bandura 1977, Psychological Review 84)"
EDMONDSON = "Psychological safety in teams (Edmondson 1999, Administrative Science Quarterly 44)"
ROGERS = "Trialability and observability (Rogers, Diffusion of Innovations, 5th edition 2003)"
STATUS_QUO = "Status quo bias (Samuelson and Zeckhauser 1988, Journal of Risk and Uncertainty 1)"
USEFULNESS = "Perceived usefulness (Davis 1989, MIS Quarterly 13)"
ALPHA = "Internal consistency (Cronbach 1951, Psychometrika 16)"
SURVEYING = "Practice of surveying: no study is claimed"


class Level(StrEnum):
    DEPARTMENT = "department"
    WHOLE = "whole"


class Kind(StrEnum):
    """What a rule is about. ASKING comes before all else: figures that are weak mislead.

    SHARING builds on what goes well. NEUTRAL claims nothing and stands only where nothing else is
    recommended.
    """

    ASKING = "asking"
    FORCE = "force"
    SHARING = "sharing"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class Rule:
    """``forces`` are those it is tried for, each by itself; None is readiness as a whole.

    ``title`` says what to do and may name the ``{force}``; ``why`` is one sentence. ``when``: all
    must hold.
    """

    key: str
    level: Level
    title: str
    why: str
    source: str
    when: tuple[Condition, ...]
    forces: tuple[Force | None, ...] = (None,)
    kind: Kind = Kind.FORCE

    def named(self, force: Force | None) -> str:
        """The title for one of its forces."""
        return self.title.format(force=SHORT_NAMES[force] if force else "readiness")


PULL, ANCHORS, ANXIETY = (Force.PULL,), (Force.ANCHORS,), (Force.ANXIETY,)

RULES: tuple[Rule, ...] = (
    Rule(
        "rules-for-the-willing",
        Level.DEPARTMENT,
        "Agree with the team, on one page, what may go into AI tools and who checks the result",
        "People who want the new and fear it too wait for clear rules, not for more reasons.",
        MOESTA,
        (behind, high(Force.PULL)),
        ANXIETY,
    ),
    Rule(
        "practice-without-risk",
        Level.DEPARTMENT,
        "Give the team two protected hours a week to try AI where a mistake costs nothing",
        "An own small success lowers the fear of a task more than an explanation does.",
        BANDURA,
        (behind, high(Force.PAIN)),
        ANXIETY,
    ),
    Rule(
        "open-hour",
        Level.DEPARTMENT,
        "Hold an open hour on worries about AI, and answer each question in writing in a week",
        "A worry that can be said aloud can be answered.",
        EDMONDSON,
        (behind,),
        ANXIETY,
    ),
    Rule(
        "side-by-side",
        Level.DEPARTMENT,
        "Run the old and the new way side by side on one process for four weeks, then decide",
        "A trial that can be ended is easier to begin than a change that cannot.",
        ROGERS,
        (behind, high(Force.PULL)),
        ANCHORS,
    ),
    Rule(
        "cost-of-today",
        Level.DEPARTMENT,
        "Count with the team what one process costs today, in hours and in corrections",
        "Where today does not hurt much few move; a cost that is counted can be compared.",
        MOESTA,
        (behind, not_strong(Force.PAIN)),
        ANCHORS,
    ),
    Rule(
        "what-stays",
        Level.DEPARTMENT,
        "Write down with the team what will not change: steps, rights and tools that stay",
        "What is certain to stay makes the rest of a change smaller.",
        STATUS_QUO,
        (behind,),
        ANCHORS,
    ),
    Rule(
        "worst-task-first",
        Level.DEPARTMENT,
        "Let the team name its most tiresome task, and show that one task done with AI",
        "The new draws most where it takes away what hurts today.",
        MOESTA,
        (behind, high(Force.PAIN)),
        PULL,
    ),
    Rule(
        "show-the-checks",
        Level.DEPARTMENT,
        "Show one finished piece of the team's own work done with AI, with each check people made",
        "Who fears mistakes sees the use only together with the safeguard.",
        ROGERS,
        (behind, high(Force.ANXIETY)),
        PULL,
    ),
    Rule(
        "example-from-next-door",
        Level.DEPARTMENT,
        "Invite a colleague who uses AI to show the team one finished piece of everyday work",
        "Use that is seen in work like one's own convinces more than a promise of it.",
        USEFULNESS,
        (behind,),
        PULL,
    ),
    Rule(
        "ask-why",
        Level.DEPARTMENT,
        "Talk with five to eight people of the department before anything is decided",
        "The figures say that it is behind and not why; those who work there know.",
        SURVEYING,
        (behind, unexplained),
    ),
    Rule(
        "pass-it-on",
        Level.DEPARTMENT,
        "Ask the department to show two others how it works with AI",
        "People take up a new way from others whose work is like theirs.",
        ROGERS,
        (ahead,),
        kind=Kind.SHARING,
    ),
    Rule(
        "ask-better",
        Level.WHOLE,
        "Rewrite the questions on {force} before acting on their mean",
        "Questions that do not hang together do not measure one thing.",
        ALPHA,
        (unreliable,),
        tuple(FORCES),
        Kind.ASKING,
    ),
    Rule(
        "reach-the-silent",
        Level.WHOLE,
        "Ask those who did not answer once more, and tell all what came of the last survey",
        "Those who stay silent may think otherwise than those who answer.",
        SURVEYING,
        (few_answered,),
        kind=Kind.ASKING,
    ),
    Rule(
        "what-happened",
        Level.WHOLE,
        "List what changed around AI since the last wave, and answer each point openly",
        "A rise has a cause in time; naming it comes before choosing a remedy.",
        EDMONDSON,
        (worsened,),
        (Force.ANXIETY, Force.ANCHORS),
    ),
    Rule(
        "what-disappointed",
        Level.WHOLE,
        "Ask people who tried AI what disappointed them, and mend the first thing they name",
        "A first try that failed lowers the wish for a second one.",
        USEFULNESS,
        (worsened,),
        PULL,
    ),
    Rule(
        "one-page-for-all",
        Level.WHOLE,
        "Publish one page: which AI tools are allowed, for which data, and whom to ask",
        "Fear that all departments share is rarely a matter of one team.",
        MOESTA,
        (strong,),
        ANXIETY,
    ),
    Rule(
        "one-process-by-a-date",
        Level.WHOLE,
        "Choose one process that will run in the new way only, with a date and help on that day",
        "The familiar wins wherever both stay open for ever.",
        STATUS_QUO,
        (strong,),
        ANCHORS,
    ),
    Rule(
        "three-examples",
        Level.WHOLE,
        "Show three finished examples from own work at the next meeting of all",
        "Few want what they have not seen work.",
        USEFULNESS,
        (low,),
        PULL,
    ),
    Rule(
        "pair-the-torn",
        Level.WHOLE,
        "Pair everybody who wants to start with somebody who has, for one task a week",
        "Who is drawn and held back at once needs company more than a push.",
        MOESTA,
        (many(Segment.TORN),),
        ANXIETY,
    ),
    Rule(
        "same-questions-again",
        Level.WHOLE,
        "Ask again next quarter, with the same questions",
        "Without a clear difference, the next wave tells more than a measure taken now.",
        SURVEYING,
        (answered,),
        kind=Kind.NEUTRAL,
    ),
)

BY_KEY: dict[str, Rule] = {rule.key: rule for rule in RULES}
