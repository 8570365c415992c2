"""What fills the phrases, and what people put before and after them, in three languages."""

WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "when": ("every day", "every week", "at the end of each month", "all the time"),
        "hours": (
            "two hours a day",
            "half a day a week",
            "my whole Friday",
            "an hour each morning",
        ),
        "tool": ("SAP", "Excel", "SharePoint", "Salesforce", "Jira"),
    },
    "de": {
        "when": ("jeden Tag", "jede Woche", "am Ende jedes Monats", "ständig"),
        "hours": ("zwei Stunden am Tag", "einen halben Tag pro Woche", "den ganzen Freitag"),
        "tool": ("SAP", "Excel", "SharePoint", "Salesforce", "Jira"),
    },
    "fr": {
        "when": ("chaque jour", "chaque semaine", "à la fin du mois", "sans cesse"),
        "hours": ("deux heures par jour", "une demi-journée par semaine", "tout mon vendredi"),
        "tool": ("SAP", "Excel", "SharePoint", "Salesforce", "Jira"),
    },
}

OPENERS: dict[str, tuple[str, ...]] = {
    "en": ("Let me be honest.", "One thing above all.", "I said so last time.", "It is simple."),
    "de": ("Ganz ehrlich.", "Vor allem eines.", "Das sagte ich schon einmal.", "Es ist einfach."),
    "fr": ("Soyons francs.", "Surtout une chose.", "Je l'ai déjà dit.", "C'est simple."),
}

# What no output may ever show: these are to be redacted. All numbers and addresses are fictitious
# (ranges kept free for stories, and the reserved top-level domain).
SIGNATURES: dict[str, tuple[str, ...]] = {
    "en": (
        "Ask Julia Brandt, she knows (julia.brandt@meridian.example).",
        "Call me: +44 20 7946 0{number}.",
        "My manager Thomas Whitfield says the same.",
    ),
    "de": (
        "Fragen Sie Markus Lindner (markus.lindner@meridian.example).",
        "Rufen Sie mich an: +49 30 23125 {number}.",
        "Frau Petra Hollmann sieht das auch so.",
    ),
    "fr": (
        "Demandez à Camille Laurent (camille.laurent@meridian.example).",
        "Appelez-moi au +33 1 99 00 {number}.",
        "Madame Sophie Garnier pense la même chose.",
    ),
}
