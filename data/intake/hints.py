"""What the words of a column's name and question suggest, in English and German.

Suggestions only: a person corrects them. Words are stems; the first letters must match.
"""

import re

from data.analysis.forces import Force
from data.intake.words import plain

_ROLES = {
    "respondent": r"respondent( ?id)?|response ?id|participant( ?id)?|case|user ?id|employee ?id|"
    r"person ?id|pseudonym|teilnehmer(in)?( ?id)?|fall(nummer)?|id",
    "department": r"department|dept|division|business unit|team|unit|area|field|faculty|"
    r"abteilung|bereich|fachbereich|organi[sz]ation(al|s)? ?(unit|einheit)",
    "role": r"role|job( title| level| role| family)?|position|seniority|grade|level|occupation|"
    r"profession|year group|adopter|rolle|funktion|stelle|beruf|karrierestufe",
    "language": r"user ?language|language|locale|sprache",
    "started": r"start( ?date| ?time| ?ed)?( at)?|started|begin|beginn|begonnen( am)?|startzeit|"
    r"date created|startdatum",
    "completed": r"end ?date|end ?time|ended( at)?|completed( at| on)?|completion( time| date)?|"
    r"submit(ted)?( at| on| date)?|submit ?date|finished at|ende|endzeit|abgeschlossen am|"
    r"date modified|datestamp|timestamp|zeitstempel|date",
    "finished": r"finished|is ?finished|complete|is ?completed?|status|abgeschlossen|beendet|"
    r"lastpage|vollständig",
    "duration": r"duration( in seconds| \(in seconds\)| seconds)?|seconds|time ?taken|dauer|"
    r"interview ?time|interviewtime|bearbeitungszeit|total ?time",
}
_PATTERNS = {role: re.compile(pattern) for role, pattern in _ROLES.items()}

_IGNORED = re.compile(
    r"progress|recorded ?date|ip ?address|ip|status|channel|distribution ?channel|latitude|"
    r"longitude|location (latitude|longitude)|external ?reference|recipient.*|e ?mail.*|"
    r"(first|last) ?name|name|collector ?id|custom data.*|refurl|seed|token|phone.*|telefon.*"
)

_WORDS: dict[Force, str] = {
    Force.PAIN: "waste|tedious|repetitive|frustrat|slow|error-prone|too much time|overload|"
    "bottleneck|manual|struggl|annoy|pain|mühsam|zeitraub|frustrier|überlast|umständlich|langsam|"
    "nervt|aufwändig|aufwendig",
    Force.PULL: "useful|benefit|beneficial|advantag|help|improv|faster|save|productiv|excit|"
    "opportunit|valuable|efficien|better|easier|pull|vorteil|nützlich|hilf|spart|verbesser|"
    "produktiv|chance|spaß|erleichter|effizien",
    Force.ANCHORS: "habit|used to|current way|existing|always done|familiar|comfort|works well|"
    "no need|anchor|inertia|gewohn|bisherig|vertraut|wie immer|bewährt|routine",
    Force.ANXIETY: "risk|worr|afraid|fear|anxi|concern|threat|lose|replac|privacy|mistake|wrong|"
    "danger|uncertain|angst|sorge|risik|befürcht|bedroh|falsch|nachteil|gefahr|ersetz|rechtlich|"
    "nicht gewährleistet|unsicher",
}
_FORCES = {
    force: re.compile(rf"\b({'|'.join(plain(word) for word in words.split('|'))})")
    for force, words in _WORDS.items()
}
_OUTCOME = re.compile(
    r"\b(how (often|frequently)|use|uses|using|usage|intend|intention|wie (oft|häufig)|"
    r"nutzung im|ich nutze|beabsichtig)\b"
)
_NEGATED = re.compile(r"\b(not|never|no|don'?t|doesn'?t|cannot|can'?t|nicht|nie|kein\w*|ohne)\b")
_EASE = re.compile(
    r"\b(comfort|confident|safe|trust|at ease|calm|wohl|sicher|vertrau|zuversicht|acceptab)"
)


def spaced(name: str) -> str:
    """A column's name as words: cg_fearOfUse_01 is 'cg fear of use 01'."""
    apart = re.sub(r"(?<=[a-zäöü])(?=[A-ZÄÖÜ])", " ", name)
    return plain(re.sub(r"[_\-./]+", " ", apart))


def session_role(name: str) -> str | None:
    """What a column of this name says of the session: respondent, department, started, ..."""
    words = spaced(name)
    together = plain(name)
    for role, pattern in _PATTERNS.items():
        if pattern.fullmatch(words) or pattern.fullmatch(together):
            return role
    return None


_ASKED = {
    "department": re.compile(
        r"\b(departments?|divisions?|business units?|abteilung|bereich|fachbereich)\b"
    ),
    "role": re.compile(
        r"\b(role|position|job (level|title)|seniority|rolle|funktion|stelle|karrierestufe)\b"
    ),
}
_OF_YOU = re.compile(r"\b(your?|you|sie|ihre?[mnrs]?|du|deine?[mnrs]?)\b")


def asked_for(question: str) -> str | None:
    """Whether a question asks a person for the department or role: "What is your role?"."""
    words = plain(question)
    if not _OF_YOU.search(words):
        return None
    return next((part for part, pattern in _ASKED.items() if pattern.search(words)), None)


def is_ignored(name: str) -> bool:
    """Whether a column is technical or names people, and better left out."""
    return bool(_IGNORED.fullmatch(spaced(name)) or _IGNORED.fullmatch(plain(name)))


def guess_force(*texts: str) -> Force | None:
    """The force whose words are in the first of these texts that has any; None for a tie."""
    for text in texts:
        words = spaced(text)
        # The opposite of ease is counted as ease: its direction is a matter of is_reversed.
        hits = {force: len(pattern.findall(words)) for force, pattern in _FORCES.items()}
        best = max(hits.values())
        if best:
            first = [force for force, number in hits.items() if number == best]
            return first[0] if len(first) == 1 else None
    return None


def speaks_of_use(text: str) -> bool:
    """Whether a question asks for use or the intention to use: an outcome."""
    return bool(_OUTCOME.search(spaced(text)))


def is_reversed(force: Force, text: str, stem: str) -> bool:
    """Whether agreeing probably speaks against the force.

    So does ease under a force that resists ("I feel comfortable telling my peers"), and a plain
    negation under one of worry ("I am not afraid").
    """
    words = spaced(f"{text} {stem}")
    negated = bool(_NEGATED.search(spaced(text)))
    if force in (Force.ANCHORS, Force.ANXIETY) and _EASE.search(words):
        return not negated
    worry = _FORCES[Force.ANXIETY].search(words)
    return negated and force is Force.ANXIETY and worry is not None and "gewahr" not in words
