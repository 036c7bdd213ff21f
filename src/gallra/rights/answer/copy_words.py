"""The sentences of letters with a copy of the data: access (Article 15) and portability (Article 20)."""

from __future__ import annotations

from collections.abc import Mapping

from gallra.kinds import Text

BRIEFLY = Text("Vad vi har", "What we have")
BRIEFLY_SAID = Text(
    "Det här finns om dig under adressen {email}. Allt står längst bak i brevet och finns som filer i samma paket.",
    "This is what there is about you under the address {email}. All of it stands at the back of this letter, and as"
    " files in the same package.",
)
TAKEN = Text("Vad du får med", "What you can take along")
TAKEN_SAID = Text(
    "Det här finns under adressen {email} och ligger som filer i paketet.",
    "This is what there is under the address {email}; it lies as files in the package.",
)
COUNT_HEAD = (Text("System", "System"), Text("Uppgifter", "Data"), Text("Antal", "Number"))
CONTACTS = Text("kontaktuppgifter", "contact details")
COMPANIES = Text("företag som du är kontaktperson för", "companies you are a contact of")
ACCOUNT = Text("konto för inloggning", "account for signing in")
DOCUMENTS = Text("dokument", "documents")
WHY = Text("Vad uppgifterna används till", "What the data is used for")
NO_PURPOSE = Text(
    "För följande anger vår policy inget ändamål: {what}.",
    "For the following our policy states no purpose: {what}.",
)
GOES = Text("Hur länge uppgifterna finns kvar", "How long the data is kept")
GOES_SAID = Text(
    "Gallringen sker av sig själv. Här står dagen för varje post, och varför den finns kvar till dess.",
    "Removal happens by itself. Here is the day for each record, and why it is kept until then.",
)
GOES_HEAD = (Text("Post", "Record"), Text("Dag", "Day"), Text("Varför", "Why"))
GOES_MORE = Text(
    "och {count} till av samma slag; alla dagar står i filerna",
    "and {count} more of the same kind; every day is in the files",
)
STATES: Mapping[str, tuple[Text, Text]] = {
    "waiting": (
        Text("{day}", "{day}"),
        Text("policyns tid löper till dess", "the policy's period runs until then"),
    ),
    "due": (Text("vid nästa gallring", "at the next removal"), Text("tiden har gått ut", "its time is up")),
    "held": (
        Text("inte bestämd", "not set"),
        Text(
            "ett gallringsstopp håller den kvar, till exempel under en tvist",
            "a hold keeps it, during a dispute for example",
        ),
    ),
    "obliged": (
        Text("{day}", "{day}"),
        Text("lagen kräver att den sparas", "the law requires that it be kept"),
    ),
    "review": (
        Text("utvärderas senast {day}", "reviewed by {day}"),
        Text(
            "en medarbetare beslutar då om den ska sparas eller raderas",
            "a member of staff then decides whether it is kept or erased",
        ),
    ),
    "archived": (
        Text("arkiverad {day}", "archived {day}"),
        Text("allt personligt är borttaget", "everything personal has been removed"),
    ),
    "not yet": (
        Text("inte bestämd", "not set"),
        Text("tiden har inte börjat löpa", "the period has not begun"),
    ),
    "uncovered": (
        Text("ingen", "none"),
        Text("ingen regel i policyn når den", "no rule of the policy reaches it"),
    ),
    "off": (Text("ingen", "none"), Text("policyn anger ingen tid", "the policy states no period")),
}
"""By the state of a record: its day, and why. words.UNKNOWN_DAY stands where none is known."""
BY_STATUTE = Text("{statute}, till och med {day}", "{statute}, through {day}")
BY_STATUTE_UNKNOWN = Text(
    "{statute}, tills räkenskapsåret är känt", "{statute}, until the financial year is known"
)
RECEIVED = Text("Vilka som har fått uppgifterna", "Who has received the data")
DISCLOSED_HEAD = (Text("Mottagare", "Recipient"), Text("Dag", "Day"), Text("Vad och varför", "What and why"))
DISCLOSED_NONE = Text(
    "Inget utlämnande av dina uppgifter är antecknat.", "No disclosure of your data is on record."
)
DISCLOSED_SAID = Text("Det här har vi lämnat ut om dig.", "This is what we have disclosed about you.")
OPENED = Text("Vilka som har öppnat dina uppgifter", "Who has opened your data")
OPENED_HEAD = (Text("Roll", "Role"), Text("Dag", "Day"))
OPENED_NONE = Text(
    "Ingen hos oss har öppnat dina uppgifter under den tid som antecknas.",
    "Nobody here has opened your data in the time that is recorded.",
)
SOURCES = Text("Varifrån uppgifterna kommer", "Where the data comes from")
SOURCES_SAID = Text("Om dina kontaktuppgifter är antecknat:", "About your contact details this is recorded:")
DECISIONS = Text("Automatiska beslut", "Automated decisions")
COPY = Text("Dina uppgifter", "Your data")
COPY_SAID = Text(
    "Det här är en kopia av det vi har. {mark} står där något gäller en annan person; det döljer vi för deras skull.",
    "This is a copy of what we have. {mark} stands where something concerns another person; we hide it for their"
    " sake.",
)
COPY_HIDDEN = Text(
    "I {texts} av dina texter är namn eller adresser dolda. De gäller {people} av våra andra kontakter. I dokument"
    " döljs ingenting.",
    "In {texts} of your texts names or addresses are hidden. They concern {people} of our other contacts. In documents"
    " nothing is hidden.",
)
COPY_TOO_LONG = Text(
    "Uppgifterna är för många för ett brev: {count} poster. De finns i filen data.json och som tabeller i tables/.",
    "The data is too much for a letter: {count} records. It is in the file data.json and as tables in tables/.",
)
MARK = Text("[dolt]", "[hidden]")
YOU = Text("du", "you")
ANOTHER = Text("en annan person", "another person")
YES_NO = (Text("nej", "no"), Text("ja", "yes"))
FILE = Text("Fil", "File")
OURS = Text(
    "{what} sparas en tid för att vi ska kunna svara dig och visa att det är gjort.",
    "{what} are kept for a while, so that we can answer you and show that it was done.",
)
IN_OTHERS = Text("Post som rör någon annan: här är bara det som är ditt.", "A record of someone else's: only what is"
                 " yours is here.")  # fmt: skip
ROLE = Text("Du är: {role}", "You are: {role}")
MENTIONS = Text("Du i andras texter", "You in other people's texts")
MENTIONS_SAID = Text(
    "Det här har andra skrivit om dig. Uppgifter om andra är dolda.",
    "This is what others have written about you. Data about others is hidden.",
)
ACCOUNT_FIELDS: Mapping[str, Text] = {
    "email": Text("e-postadress", "e-mail address"),
    "name": Text("namn", "name"),
    "role": Text("roll", "role"),
    "joined_at": Text("skapat", "created"),
    "last_login": Text("senaste inloggning", "last sign-in"),
    "is_active": Text("öppet", "open"),
}
FILES = Text("Filerna i paketet", "The files in the package")
FILES_LETTER = Text("letter.pdf: det här brevet", "letter.pdf: this letter")
FILES_DATA = Text(
    "data.json: alla uppgifter, i en form som en dator kan läsa",
    "data.json: all the data, in a form that a computer can read",
)
FILES_TABLES = Text(
    "tables/: samma uppgifter som tabeller (CSV) för kalkylprogram",
    "tables/: the same data as tables (CSV) for spreadsheets",
)
FILES_DOCUMENTS = Text(
    "documents/: dina dokument, {count} stycken", "documents/: your documents, {count} of them"
)
FILES_RECEIPT = Text(
    "receipt.json: kvitton ur vår gallringsjournal, och hur du kontrollerar dem",
    "receipt.json: receipts from our ledger, and how you check them",
)
UNREADABLE = Text(
    "Ett eller flera dokument kunde inte läsas och finns inte med: {names}.",
    "One or more documents could not be read and are not included: {names}.",
)

# Portability
PORTABLE = Text(
    "I paketet finns de uppgifter som du har lämnat till oss och som vi använder med stöd av samtycke eller avtal, i"
    " format som andra program kan läsa: data.json och tabeller (CSV). Du får lämna dem vidare till vem du vill.",
    "The package holds the data that you have given us and that we use by consent or contract, in formats that other"
    " programs can read: data.json and tables (CSV). You may pass it on to whomever you like.",
)
PORTABLE_UNSAID = Text(
    "Vår policy anger inte på vilken rättslig grund en del av dem används. De är därför också med.",
    "Our policy does not state on which legal basis some of it is used. So that is included, too.",
)
PORTABLE_LESS = Text(
    "Uppgifter som vi använder på annan grund omfattas inte av rätten till dataportabilitet (artikel 20). Vill du ha"
    " allt vi har om dig kan du begära ett registerutdrag.",
    "Data that we use on another basis is not covered by the right to data portability (Article 20). If you want"
    " everything we have about you, ask for access.",
)
PORTABLE_NOTHING = Text(
    "Vi har inga uppgifter om dig som vi använder med stöd av samtycke eller avtal.",
    "We have no data about you that we use by consent or contract.",
)
