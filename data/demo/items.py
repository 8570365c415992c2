"""What the demo survey asks: 24 scaled items over four forces, an outcome, three open questions."""

from dataclasses import dataclass

from data.analysis.forces import FORCES, Force

AGREEMENT: tuple[str, ...] = (
    "Strongly disagree",
    "Disagree",
    "Neither agree nor disagree",
    "Agree",
    "Strongly agree",
)
FREQUENCY: tuple[str, ...] = ("Never", "A few times a year", "Every month", "Every week", "Daily")


@dataclass(frozen=True, slots=True)
class Item:
    """A question of the survey. ``hardness``: how much lower than its force it is answered."""

    key: str
    text: str
    force: Force | None
    is_reversed: bool = False
    hardness: float = 0.0
    labels: tuple[str, ...] = AGREEMENT


_TEXTS: dict[Force, tuple[tuple[str, bool, float], ...]] = {
    Force.PAIN: (
        ("I spend too much of my week on routine tasks that a machine could do.", False, -0.2),
        ("Finding the information I need takes longer than it should.", False, -0.1),
        ("The way we work today lets me do my job well.", True, 0.1),
        ("I often copy the same data from one system to another by hand.", False, 0.15),
        ("Work piles up because simple steps wait for somebody.", False, 0.0),
        ("Our present tools keep up with what customers expect of us.", True, 0.05),
    ),
    Force.PULL: (
        ("AI tools would give me time for the work that matters.", False, -0.15),
        ("I can name a task of mine that AI would make better.", False, 0.1),
        ("I look forward to using AI in my daily work.", False, 0.0),
        ("AI has little to offer for the kind of work I do.", True, 0.05),
        ("Colleagues who use AI get visibly better results.", False, 0.2),
        ("Learning to work with AI will help my career.", False, -0.2),
    ),
    Force.ANCHORS: (
        ("I am used to my present way of working and see no need to change it.", False, 0.1),
        ("Our rules and approvals make it hard to try anything new.", False, -0.15),
        ("I would give up my present tools easily for better ones.", True, 0.0),
        ("We have invested too much in our present systems to leave them.", False, 0.1),
        ("My team has time set aside to learn new ways of working.", True, -0.1),
        ("People here prefer what is proven to what is new.", False, 0.05),
    ),
    Force.ANXIETY: (
        ("I worry that AI will make mistakes I am held responsible for.", False, -0.2),
        ("I am afraid that AI could make my job redundant.", False, 0.2),
        ("I trust our company to use AI fairly.", True, 0.0),
        ("I do not know what I may enter into an AI tool.", False, -0.1),
        ("I feel confident that I can learn to work with AI.", True, 0.15),
        ("Using AI puts confidential data at risk.", False, -0.05),
    ),
}
PER_FORCE = 6


def _items() -> tuple[Item, ...]:
    """Forces take turns, so that a session broken off still says something about each."""
    return tuple(
        Item(f"{force.name.lower()}_{number + 1}", text, force, is_reversed, hardness)
        for number in range(PER_FORCE)
        for force in FORCES
        for text, is_reversed, hardness in (_TEXTS[force][number],)
    )


ITEMS: tuple[Item, ...] = _items()
"""The scaled items of the forces, in the order asked."""

OUTCOME = Item(
    "ai_use", "How often do you use AI tools in your work?", force=None, labels=FREQUENCY
)

SCALED: tuple[Item, ...] = (*ITEMS, OUTCOME)

OPEN: tuple[Item, ...] = (
    Item("comment_today", "What costs you most time or nerves in your work today?", Force.PAIN),
    Item("comment_hope", "Where would AI help you most?", Force.PULL),
    Item("comment_worry", "What worries you about it, or holds you back?", Force.ANXIETY),
)
