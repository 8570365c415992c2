"""Words that say nothing by themselves, per language (ISO 639-1). Other languages: none known."""

from functools import cache


def _words(lines: str) -> frozenset[str]:
    return frozenset(lines.split())


GERMAN = _words("""
    aber alle allem allen aller alles als also am an ander andere anderem anderen anderer anderes
    auch auf aus bei beim bereits bin bis bist da dabei dadurch dafür dagegen daher damit danach
    dann daran darauf daraus darf darin darüber das dass dasselbe davon dazu dein deine dem den
    denen denn der deren derselbe des deshalb dessen dich die dies diese dieselben diesem diesen
    dieser dieses dir doch dort du durch dürfen ein eine einem einen einer eines einfach einige
    einigen einmal er erst es etwa etwas euch euer eure für gar gegen gegenüber genau gut gern gibt
    ging habe haben hast hat hatte hatten hier hin hinter hätte hätten ich ihm ihn ihnen ihr ihre
    ihrem ihren ihrer im immer in indem ins irgendwo ist ja je jede jedem jeden jeder jedes jedoch
    jemand jetzt kann kein keine keinem keinen keiner können könnte könnten lassen lasse lässt
    machen macht mal man manche mehr mein
    meine meinem meinen meiner meines mich mir mit muss müssen nach nicht nichts noch nun nur ob
    oder ohne schon sehr sein seine seinem seinen seiner seit selbst sich sie sind so sobald
    solche soll sollen sollte sondern sonst soweit sowie statt um und uns unser unsere unserem
    unseren unserer unter vom von vor wann war waren warum was weil weiter welche welchem welchen
    welcher wenn wer werde werden werdet wie wieder will wir wird wirklich wo wurde wurden würde
    würden zu zum zur zwar zwischen über
""")
ENGLISH = _words("""
    able actually day days doing don done end get gets getting got half just know lack less let
    lets like likely long look lot lots maybe mine need needs new old people really said say says
    seem seems stay sure take takes thing things think today use used uses using want wants way
    ways week work works year years yes
""")
"""Beyond scikit-learn's list: words that carry nothing in a comment about work with AI."""

FRENCH = _words("""
    afin ai aie ainsi alors après as assez au aucun aucune aujourd aura aurait aussi autre autres
    aux avait avant avec avez avoir avons beaucoup bien car ce ceci cela celle celles celui
    cependant ces cet cette ceux chaque chez ci comme comment dans de depuis des deux doit donc
    dont du elle elles en encore entre es est et eu eux faire fait faut font hui il ils je jusqu
    la le les leur leurs lors lui là ma mais me mes moi moins mon même mêmes ne ni nos notre nous
    on ont ou où par parce pas peu peut peuvent plus plusieurs pour pourquoi pourrait puis qu
    quand que quel quelle quelles quels qui quoi sa sans se sera serait ses seulement si sont sous
    souvent suis sur ta te tes toi ton toujours tous tout toute toutes trop très tu un une va vers
    voir vos votre vous étaient était étant été être
""")
SPANISH = _words("""
    al algo algunos ante antes aquel así aún cada como con contra cual cuando de del desde donde
    dos el ella ellas ellos en entre era es esa ese eso esta este esto estos está están fue ha
    hace hacia han hasta hay la las le les lo los me mi mis muy más nada ni no nos nosotros o otra
    otro para pero poco por porque pues que quien qué se sea ser si sin sobre son su sus sí
    también tan te tiene todo todos tu un una uno unos y ya yo él
""")
ITALIAN = _words("""
    abbiamo ad agli ai al alla alle allo altra altre altri altro anche ancora avere aveva bene c che
    chi ci ciò coi col come con cosa così cui da dagli dai dal dalla dalle dei del dell della delle
    dello dentro deve devo di dopo dove due e ed era erano essere essi fa fare fatto fra già gli ha
    hai hanno ho i il in io la le lei li lo loro lui ma me meno mi mia mie miei mio molto molti ne
    nei nel nell nella nelle nello niente noi non nostra nostre nostri nostro nulla o ogni ora per
    perché però più poco poi possiamo posso prima proprio può quale quali quando quanto quella
    quelle quelli quello questa queste questi questo qui se sempre senza si sia siamo sono sopra
    sotto sta stata state stati stato su sua sue sugli sui sul sulla sulle sullo suo suoi tra troppo
    tu tutta tutte tutti tutto un una uno va vi voi è
""")
DUTCH = _words("""
    aan al alle alleen als altijd ander andere anderen bij daar daarom dan dat de deze die dit doch
    doen door dus een eens en er erg ge geen geweest gewoon had heb hebben heeft heel hem het hier
    hij hoe hun iemand iets ik in is ja je jij jullie kan kon kunnen maar me meer men met mij mijn
    minder moet moeten na naar niet niets nog nooit nu of om omdat ons onze ook op over reeds soms
    steeds te tegen toch toen tot u uit uw van veel voor waar waarom want waren was wat we wel werd
    wie wij wil worden wordt ze zeer zelf zich zij zijn zo zonder zou zullen
""")
PORTUGUESE = _words("""
    a ainda além ao aos apenas aquela aquele aqui as até cada com como da das de dela dele deles
    depois desde do dos e ela elas ele eles em entre era essa esse esta este eu foi foram for há
    isso isto já lhe mais mas me mesmo meu meus minha minhas muita muitas muito muitos na nada nas
    nem no nos nossa nossas nosso nossos num numa não nós o onde os ou outra outras outro outros
    para pela pelas pelo pelos pode podem por porque pouco pois qual quando que quem sem sempre ser
    seu seus seria se sim sobre sua suas são só também tem temos tenho ter toda todas todo todos
    tudo um uma umas uns vai vão você vocês à às é
""")

_KNOWN = {
    "de": GERMAN,
    "es": SPANISH,
    "fr": FRENCH,
    "it": ITALIAN,
    "nl": DUTCH,
    "pt": PORTUGUESE,
}


@cache
def stop_words(language: str) -> frozenset[str]:
    """Stop words of a language, lower case; empty where none are known."""
    if language == "en":
        # scikit-learn takes about a second to import, and few processes read comments.
        from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

        return ENGLISH.union(ENGLISH_STOP_WORDS)
    return _KNOWN.get(language, frozenset())
