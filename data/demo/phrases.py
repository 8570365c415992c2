"""What people of the demo organisation write about: themes per open question, in three languages.

Words in braces are filled in by data/demo/wording.py.
"""

from dataclasses import dataclass, field

from data.analysis.forces import Force


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme of one open question: who brings it up more than others, and how it is put."""

    force: Force
    en: tuple[str, ...]
    de: tuple[str, ...]
    fr: tuple[str, ...]
    weight: float = 1.0
    often: dict[str, float] = field(default_factory=dict)


THEMES: tuple[Theme, ...] = (
    Theme(
        Force.PAIN,
        weight=1.6,
        en=(
            "I copy data by hand from one system to another {when}.",
            "Manual data entry into {tool} eats {hours}.",
            "We type the same data into {tool} and then again into a spreadsheet.",
        ),
        de=(
            "Ich übertrage {when} Daten von Hand von einem System ins andere.",
            "Die manuelle Dateneingabe in {tool} kostet mich {hours}.",
            "Wir tippen dieselben Daten in {tool} und dann noch einmal in eine Tabelle.",
        ),
        fr=(
            "Je recopie {when} des données à la main d'un système à l'autre.",
            "La saisie manuelle dans {tool} me prend {hours}.",
            "Nous saisissons les mêmes données dans {tool} puis encore dans un tableau.",
        ),
    ),
    Theme(
        Force.PAIN,
        weight=1.2,
        often={"Customer Support": 4.0, "IT": 2.0},
        en=(
            "The same support tickets come in {when} and I answer each of them anew.",
            "Support tickets wait because the answer is hidden somewhere in old mails.",
            "Half of our tickets are password questions that a machine could answer.",
        ),
        de=(
            "Dieselben Tickets kommen {when} herein und ich beantworte jedes neu.",
            "Tickets bleiben liegen, weil die Antwort irgendwo in alten Mails steckt.",
            "Die Hälfte unserer Tickets sind Fragen, die eine Maschine beantworten könnte.",
        ),
        fr=(
            "Les mêmes tickets arrivent {when} et je réponds à chacun de nouveau.",
            "Les tickets attendent parce que la réponse se cache dans de vieux courriels.",
            "La moitié de nos tickets pourrait recevoir une réponse automatique.",
        ),
    ),
    Theme(
        Force.PAIN,
        en=(
            "Searching for documents takes {hours}, nobody knows where the latest version is.",
            "I lose {hours} searching for documents on three different drives.",
            "Finding information is pure luck: {tool} knows one half, people the other.",
        ),
        de=(
            "Die Suche nach Dokumenten dauert {hours}, niemand kennt die neueste Version.",
            "Ich verliere {hours} mit der Suche nach Dokumenten auf drei Laufwerken.",
            "Informationen zu finden ist Glückssache: die Hälfte steht in {tool}.",
        ),
        fr=(
            "La recherche de documents prend {hours}, personne ne connaît la dernière version.",
            "Je perds {hours} à la recherche de documents sur trois serveurs.",
            "Trouver une information relève de la chance, la moitié est dans {tool}.",
        ),
    ),
    Theme(
        Force.PAIN,
        often={"Finance": 4.0},
        en=(
            "The month-end close means nights of checking spreadsheets.",
            "Month-end reports are built by hand from {tool} exports.",
            "Too many meetings about reports that nobody reads.",
        ),
        de=(
            "Der Monatsabschluss bedeutet Nächte mit Tabellen.",
            "Monatsberichte bauen wir von Hand aus Exporten von {tool}.",
            "Zu viele Besprechungen über Berichte, die niemand liest.",
        ),
        fr=(
            "La clôture mensuelle, ce sont des nuits à vérifier des tableaux.",
            "Les rapports mensuels sont faits à la main avec {tool}.",
            "Trop de réunions sur des rapports que personne ne lit.",
        ),
    ),
    Theme(
        Force.PULL,
        weight=1.3,
        often={"Marketing": 2.0, "Sales": 1.5},
        en=(
            "Writing first drafts of texts and mails, I would only edit them.",
            "First drafts: AI writes, I correct, that saves me {hours}.",
            "Translating customer mails and writing first drafts of the replies.",
        ),
        de=(
            "Erste Entwürfe von Texten und Mails, ich würde nur noch korrigieren.",
            "Erste Entwürfe: die KI schreibt, ich korrigiere, das spart {hours}.",
            "Kundenmails übersetzen und erste Entwürfe der Antworten schreiben.",
        ),
        fr=(
            "Les premiers brouillons de textes et de courriels, je ne ferais que corriger.",
            "Un premier brouillon rédigé par l'IA m'épargnerait {hours}.",
            "Traduire les courriels des clients et proposer un premier brouillon.",
        ),
    ),
    Theme(
        Force.PULL,
        often={"Engineering": 6.0, "IT": 2.0, "Product": 2.0},
        weight=0.5,
        en=(
            "Code reviews and unit tests: the assistant already finds what I overlook.",
            "Boilerplate code, unit tests and reading legacy code {when}.",
            "Code reviews would be faster, and the assistant explains legacy code well.",
        ),
        de=(
            "Code-Reviews und Unit-Tests: der Assistent findet, was ich übersehe.",
            "Unit-Tests schreiben und alten Code verstehen, {when}.",
            "Code-Reviews wären schneller, und der Assistent erklärt alten Code gut.",
        ),
        fr=(
            "Les revues de code et les tests unitaires: l'assistant voit ce que j'oublie.",
            "Écrire des tests unitaires et comprendre le vieux code {when}.",
            "Les revues de code iraient plus vite, l'assistant explique le vieux code.",
        ),
    ),
    Theme(
        Force.PULL,
        often={"Sales": 5.0},
        weight=0.6,
        en=(
            "Preparing proposals: pull the facts from {tool} and draft the offer.",
            "Customer proposals in an hour instead of two days.",
            "A summary of the customer history before each call.",
        ),
        de=(
            "Angebote vorbereiten: Fakten aus {tool} holen und den Text entwerfen.",
            "Angebote in einer Stunde statt in zwei Tagen.",
            "Eine Zusammenfassung der Kundenhistorie vor jedem Gespräch.",
        ),
        fr=(
            "Préparer les offres: chercher les faits dans {tool} et rédiger la proposition.",
            "Des offres commerciales en une heure au lieu de deux jours.",
            "Un résumé de l'historique du client avant chaque appel.",
        ),
    ),
    Theme(
        Force.PULL,
        en=(
            "Summaries of long documents and meeting notes.",
            "Meeting notes that write themselves, and data analysis without waiting for IT.",
            "Data analysis: ask a question in plain words and get a chart.",
        ),
        de=(
            "Zusammenfassungen langer Dokumente und Protokolle von Besprechungen.",
            "Protokolle, die sich selbst schreiben, und Datenanalyse ohne auf die IT zu warten.",
            "Datenanalyse: eine Frage in eigenen Worten stellen und ein Diagramm bekommen.",
        ),
        fr=(
            "Des résumés de longs documents et des comptes rendus de réunion.",
            "Des comptes rendus automatiques et une analyse de données sans attendre.",
            "L'analyse de données: poser une question simple et recevoir un graphique.",
        ),
    ),
    Theme(
        Force.ANXIETY,
        weight=0.9,
        often={"Legal": 7.0, "Human Resources": 2.0, "Finance": 1.5},
        en=(
            "Confidential data must not leave the company, and nobody says what is allowed.",
            "I am liable if confidential data ends up in a public tool.",
            "Who is liable when a contract clause written by AI is wrong?",
        ),
        de=(
            "Vertrauliche Daten dürfen das Haus nicht verlassen, und niemand sagt, was geht.",
            "Ich hafte, wenn vertrauliche Daten in einem öffentlichen Werkzeug landen.",
            "Wer haftet, wenn eine Vertragsklausel der KI falsch ist?",
        ),
        fr=(
            "Les données confidentielles ne doivent pas sortir, et personne ne dit les règles.",
            "Je suis responsable si des données confidentielles fuient dans un outil public.",
            "Qui est responsable si une clause rédigée par l'IA est fausse?",
        ),
    ),
    Theme(
        Force.ANXIETY,
        weight=1.2,
        often={"Sales": 2.5, "Customer Support": 1.5},
        en=(
            "Job security: in two years a machine may do my job.",
            "I worry about job security, and about my younger colleagues.",
            "First the tool helps me, then it replaces me.",
        ),
        de=(
            "Mein Arbeitsplatz: in zwei Jahren macht das vielleicht eine Maschine.",
            "Ich sorge mich um meinen Arbeitsplatz und um die jüngeren Kollegen.",
            "Erst hilft mir das Werkzeug, dann ersetzt es mich.",
        ),
        fr=(
            "La sécurité de l'emploi: dans deux ans une machine fera mon travail.",
            "Je crains pour la sécurité de l'emploi et pour mes jeunes collègues.",
            "D'abord l'outil m'aide, ensuite il me remplace.",
        ),
    ),
    Theme(
        Force.ANXIETY,
        en=(
            "Wrong answers that sound right: checking takes longer than doing it myself.",
            "It invents sources, and wrong answers end up with the customer.",
            "I cannot tell wrong answers from right ones in a field I do not know.",
        ),
        de=(
            "Falsche Antworten, die richtig klingen: das Prüfen dauert länger als die Arbeit.",
            "Sie erfindet Quellen, und falsche Antworten landen beim Kunden.",
            "Falsche Antworten erkenne ich nur auf meinem eigenen Gebiet.",
        ),
        fr=(
            "Des réponses fausses qui sonnent juste: vérifier prend plus de temps que faire.",
            "L'IA invente des sources, et des réponses fausses arrivent chez le client.",
            "Je ne distingue pas les réponses fausses dans un domaine inconnu.",
        ),
    ),
    Theme(
        Force.ANXIETY,
        often={"Finance": 3.0, "Operations": 2.0},
        en=(
            "No training and no time to learn, and the old way works.",
            "The auditors know our spreadsheets, why change what works?",
            "There is no time to learn new tools besides the daily work.",
        ),
        de=(
            "Keine Schulung und keine Zeit zum Lernen, und der alte Weg funktioniert.",
            "Die Prüfer kennen unsere Tabellen, warum ändern, was funktioniert?",
            "Neben dem Tagesgeschäft ist keine Zeit zum Lernen neuer Werkzeuge.",
        ),
        fr=(
            "Pas de formation et pas le temps d'apprendre, et l'ancienne méthode marche.",
            "Les auditeurs connaissent nos tableaux, pourquoi changer ce qui marche?",
            "Pas le temps d'apprendre de nouveaux outils avec le travail quotidien.",
        ),
    ),
)
