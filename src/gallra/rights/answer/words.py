"""The sentences of the letters, in Swedish and English. What the policy page says already is taken from
`policy/wording`, never said a second time. {} names are filled by letters.py.
"""

from __future__ import annotations

from collections.abc import Mapping

from gallra.kinds import Text
from gallra.rights.answer.facts import Cause, Ground, Outcome, Right, Why

ASKED: Mapping[Right, Text] = {
    "access": Text("registerutdrag", "access to your data"),
    "rectification": Text("rättelse", "rectification"),
    "erasure": Text("radering", "erasure"),
    "restriction": Text("begränsning av behandlingen", "restriction of processing"),
    "objection": Text("att vi slutar använda dina uppgifter", "us to stop using your data"),
    "portability": Text("dataportabilitet", "data portability"),
    "stop": Text("att utskicken upphör", "our mailings to stop"),
}
"""Each follows "din begäran om" and "your request for"."""

TITLES: Mapping[Right, Text] = {
    "access": Text("Registerutdrag", "Your data"),
    "rectification": Text("Dina uppgifter är rättade", "Your data has been corrected"),
    "erasure": Text("Dina uppgifter är raderade", "Your data has been erased"),
    "restriction": Text("Användningen av dina uppgifter är begränsad", "The use of your data is restricted"),
    "objection": Text("Svar på din invändning", "Answer to your objection"),
    "portability": Text("Dina uppgifter att ta med", "Your data, to take with you"),
    "stop": Text("Utskicken till dig har upphört", "Our mailings to you have stopped"),
}
PARTLY = Text("Svar på din begäran om {asked}", "Answer to your request for {asked}")
"""The title where not everything that was asked for could be done."""
OUTCOMES: Mapping[Outcome, Text] = {
    "refused": Text("Avslag på din begäran om {asked}", "Refusal of your request for {asked}"),
    "extended": Text(
        "Vi behöver mer tid för din begäran om {asked}", "We need more time for your request for {asked}"
    ),
    "lifting": Text("Begränsningen av dina uppgifter upphör", "The restriction of your data is about to end"),
    "completed": Text("Raderingen är slutförd", "The erasure is complete"),
}

REFUSED_OBJECTION_TITLE = Text("Avslag på din invändning", "Refusal of your objection")

HELLO = Text("Hej!", "Hello,")
HELLO_NAME = Text("Hej {name}!", "Hello {name},")
REGARDS = Text("Med vänlig hälsning", "Yours sincerely")
META = {
    "date": Text("Datum", "Date"),
    "request": Text("Begäran", "Request"),
    "received": Text("Inkom", "Received"),
    "decided by": Text("Beslutat av", "Decided by"),
}
PAGE = Text("sida {n} av {of}", "page {n} of {of}")
FOOT = Text("{sender} · begäran {number}", "{sender} · request {number}")
UNSEEN = Text(
    "Tecken som brevets typsnitt saknar är skrivna som sitt nummer, till exempel [U+1F600]. I filerna står de"
    " som de är.",
    "Characters that the typefaces of this letter lack are written as their number, [U+1F600] for example. In the"
    " files they stand as they are.",
)

ASKED_ON = Text(
    "Den {day} fick vi din begäran om {asked}. Det här är vårt svar.",
    "On {day} we received your request for {asked}. This is our answer.",
)
OBJECTED_ON = Text(
    "Den {day} fick vi din invändning mot hur vi använder dina uppgifter. Det här är vårt svar.",
    "On {day} we received your objection to how we use your data. This is our answer.",
)
NOTHING = Text(
    "Vi har sökt i alla våra system och hittar ingen under adressen {email}.",
    "We have searched all our systems and find nobody under the address {email}.",
)
NOTHING_ELSE = Text(
    "Har du använt en annan adress hos oss är du välkommen att fråga igen med den.",
    "If you have used another address with us, you are welcome to ask again with that one.",
)
NOT_ASKED = Text(
    "Ett av våra system gick inte att nå när svaret togs fram: {names}. Vad det kan ha om dig finns inte med här; vi"
    " återkommer med det.",
    "One of our systems could not be reached when this answer was made: {names}. What it may have about you is not in"
    " here; we will get back to you with it.",
)

ASKING = Text(
    "Det enda vi har är det som begäran själv har gett upphov till: begäran med svaret, som vi sparar till och med"
    " den {until} för att visa att vi har svarat (artikel 5.2), och meddelandena mellan oss om den, som raderas av sig"
    " själva när deras tid har gått.",
    "All we have is what has come of the request itself: the request and its answer, which we keep through {until} to"
    " show that we have answered (Article 5(2)), and the messages between us about it, which are erased by themselves"
    " when their time has passed.",
)
REQUEST_TOO = Text(
    "Därtill kommer den här begäran med svaret, som vi sparar till och med den {until} för att visa att vi har svarat"
    " (artikel 5.2).",
    "Besides there is this request and its answer, which we keep through {until} to show that we have answered"
    " (Article 5(2)).",
)
WITHHELD = Text("Det vi inte lämnar ut", "What we do not give out")
WITHHELD_SAID = Text(
    "Det här finns också om dig, men är inte med i kopian. Är du inte nöjd med det kan du vända dig till dem som nämns"
    " sist i brevet.",
    "This is held about you as well, but is not in the copy. If you are not satisfied with that, you can turn to those"
    " named at the end of this letter.",
)
WITHHELD_HEAD = (Text("Uppgifter", "Data"), Text("Antal", "Number"), Text("Varför", "Why"))

UNKNOWN_DAY = Text("ännu okänd", "not known yet")

RIGHTS = Text("Dina rättigheter", "Your rights")

# Erasure
GONE = Text("Raderat", "Erased")
GONE_HEAD = (Text("Uppgifter", "Data"), Text("Antal", "Number"))
EMPTIED = Text("{what}: det som var ditt", "{what}: what was yours")
ACCOUNT_GONE = Text("Ditt konto och dina inloggningar är borta.", "Your account and your sessions are gone.")
KEPT = Text("Det som finns kvar", "What is kept")
KEPT_SAID = Text(
    "Det här får eller kan vi inte radera än. Det används inte till något annat än det som står här.",
    "This we may not or cannot erase yet. It is used for nothing but what is stated here.",
)
KEPT_HEAD = (
    Text("Uppgifter", "Data"),
    Text("Antal", "Number"),
    Text("Varför", "Why"),
    Text("Till och med", "Through"),
)
WHYS: Mapping[Why, Text] = {
    "statute": Text("{statute}", "{statute}"),
    "hold": Text(
        "ett gallringsstopp, för att ett rättsligt anspråk ska kunna fastställas, göras gällande eller försvaras",
        "a hold, for the establishment, exercise or defence of a legal claim",
    ),
    "needed": Text("hör ihop med en post som finns kvar", "belongs to a record that is kept"),
    "later": Text("kom till efter din begäran", "came after your request"),
    "decided": Text(
        "enligt vårt beslut, av skäl som artikel 17.3 ger", "by our decision, on grounds of Article 17(3)"
    ),
    "compelling": Text(
        "vi har tvingande berättigade skäl, som väger tyngre än dina intressen (artikel 21.1)",
        "we have compelling legitimate grounds, which override your interests (Article 21(1))",
    ),
    "proof": Text(
        "visar att vi har svarat (artikel 5.2); används inte till något annat",
        "shows that we have answered (Article 5(2)); used for nothing else",
    ),
}
KEPT_ITSELF = Text(
    "När dagen har passerat raderas det av sig självt; du behöver inte fråga igen.",
    "When the day has passed it is erased by itself; you need not ask again.",
)
KEPT_TOLD = Text("Då får du ett besked, som du har önskat.", "You will then be told, as you wished.")
SUPPRESSED = Text(
    "Adressen är spärrad för utskick. Av spärren finns bara en kod, som inte kan läsas tillbaka till adressen.",
    "The address is barred from mailings. All that is kept of it is a code, which cannot be read back to the address.",
)
ASKED_AGAIN = Text(
    "Efteråt har vi frågat alla system igen: inget annat än det som räknas upp ovan finns kvar under adressen.",
    "Afterwards we asked all systems again: nothing but what is listed above remains under the address.",
)
ASKED_AGAIN_NOTHING = Text(
    "Efteråt har vi frågat alla system igen: inget finns kvar under adressen.",
    "Afterwards we asked all systems again: nothing remains under the address.",
)
ASKED_AGAIN_OBJECTED = Text(
    "Efteråt har vi frågat alla system igen: det som skulle raderas är borta.",
    "Afterwards we asked all systems again: what was to be erased is gone.",
)
LEFT = Text(
    "När vi frågade systemen igen fanns {count} rader kvar. Vi tar hand om dem och återkommer.",
    "When we asked the systems again, {count} rows were still there. We are dealing with them and will get back"
    " to you.",
)

# Article 19
TOLD = Text("Vilka vi underrättar", "Whom we tell")
TOLD_ON = Text("{recipient}: underrättad den {day}", "{recipient}: told on {day}")
TOLD_LATER = Text("{recipient}: ska underrättas", "{recipient}: to be told")
TOLD_NEVER = Text("{recipient}: har inte gått att underrätta", "{recipient}: could not be told")
TOLD_SAID = Text("De här har fått uppgifterna:", "These have received the data:")
TOLD_NOBODY = Text(
    "Ingen annan har fått uppgifterna, så det fanns ingen att underrätta.",
    "Nobody else has received the data, so there was nobody to tell.",
)

# Rectification
CORRECTED_HEAD = (Text("Uppgift", "Data"), Text("Var", "Where"), Text("Vad som gjordes", "What was done"))
CORRECTED: Mapping[str, Text] = {
    "change": Text("rättad", "corrected"),
    "same": Text("stämde redan", "was right already"),
    "merge": Text(
        "rättad och förd samman med den nya adressens", "corrected, and joined with that of the new address"
    ),
    "no purpose": Text("finns inte här: inget ändamål behöver den", "is not held here: no purpose needs it"),
    "no such field": Text("finns inte här", "is not held here"),
    "clash": Text("inte rättad: adressen hör till en annan", "not corrected: the address is another's"),
}
BOOKED = Text(
    "Bokförda handlingar, till exempel fakturor, ändras inte: de visar vad som gällde när de bokfördes.",
    "What has been booked, invoices for example, is not changed: it shows what was true when it was booked.",
)

# Restriction
RESTRICTED = Text(
    "Sedan den {day} lagras dina uppgifter bara. Vi använder dem inte till något annat utan ditt samtycke, annat än för"
    " rättsliga anspråk, för att skydda någon annans rättigheter eller av skäl som rör ett viktigt allmänintresse"
    " (artikel 18.2).",
    "Since {day} your data is only stored. Without your consent we use it for nothing else, except for legal claims,"
    " to protect the rights of another person, or for reasons of important public interest (Article 18(2)).",
)
RESTRICTED_HOW = Text(
    "Spärren sitter i systemen: den som försöker ändra, skicka eller använda uppgifterna nekas.",
    "The block is in the systems: whoever tries to change, send or use the data is refused.",
)
RESTRICTED_LIFT = Text(
    "Innan begränsningen upphör får du ett besked.", "You will be told before the restriction ends."
)
LIFTING = Text(
    "Den {since} begränsade vi användningen av dina uppgifter på din begäran. Begränsningen upphör den {day}, och då"
    " används uppgifterna som vår policy säger.",
    "On {since} we restricted the use of your data at your request. The restriction ends on {day}, and the data is then"
    " used as our policy says.",
)
BECAUSE = Text("Skälet är:", "The reason is:")

# Objection and mailings
STOPPED_MARKETING = Text(
    "Vi har slutat använda dina uppgifter för direktmarknadsföring. Det gäller genast och behöver ingen prövning"
    " (artikel 21.3).",
    "We have stopped using your data for direct marketing. That holds at once and needs no examination (Article"
    " 21(3)).",
)
STOPPED_PURPOSES = Text(
    "Vi har prövat invändningen och slutat använda dina uppgifter för att:",
    "We have examined the objection, and have stopped using your data to:",
)
NOTHING_CONTESTED = Text(
    "Vi har inga andra uppgifter om dig som används med stöd av ett berättigat intresse eller en uppgift av allmänt"
    " intresse, och det är bara sådan användning som man kan invända mot (artikel 21.1).",
    "We have no other data about you that is used on the basis of a legitimate interest or a public task, and only such"
    " use can be objected to (Article 21(1)).",
)
GOES_ON = Text("Det som fortsätter", "What goes on")
GOES_ON_SAID = Text(
    "Uppgifter om dig används också på andra grunder, som rätten att invända inte gäller, för att:",
    "Your data is also used on other bases, to which the right to object does not apply, to:",
)
EXAMINED = Text("Under prövningen", "While it was examined")
EXAMINED_SAID = Text(
    "Medan vi prövade invändningen har dina uppgifter bara lagrats. Det upphör den {day}; dessförinnan får du ett"
    " besked.",
    "While we examined the objection your data was only stored. That ends on {day}; you will be told before it"
    " does.",
)
EXAMINED_KINDS = Text(
    "Medan vi prövade invändningen har detta bara lagrats: {kinds}. Det upphör den {day}; dessförinnan får du ett"
    " besked. Det som vilar på avtal eller lag berördes inte.",
    "While we examined the objection these were only stored: {kinds}. That ends on {day}; you will be told before it"
    " does. What rests on a contract or a law was not concerned.",
)
MAILINGS_STOPPED = Text(
    "Vi skickar inget mer till dig. Det gäller sedan den {day}, då vi fick din begäran.",
    "We send you nothing more. That has held since {day}, when we received your request.",
)

# Refusal, more time
NOT_DONE = Text("Det vi inte har gjort", "What we have not done")
REFUSED = Text(
    "Den {day} fick vi din begäran om {asked}. Vi har prövat den och gör inte det du begär.",
    "On {day} we received your request for {asked}. We have examined it and will not do what you ask for.",
)
REFUSED_OBJECTION = Text(
    "Den {day} fick vi din invändning mot hur vi använder dina uppgifter. Vi har prövat den och fortsätter att använda"
    " dem.",
    "On {day} we received your objection to how we use your data. We have examined it and go on using it.",
)
REASONS = Text("Skälen till beslutet", "The reasons for the decision")
GROUNDS: Mapping[Ground, Text] = {
    "identity": Text(
        "Vi har inte kunnat fastställa att begäran kommer från dig, trots att vi har frågat (artikel 12.2"
        " och 12.6). Kan"
        " du visa vem du är får du gärna vända dig till oss igen.",
        "We have not been able to establish that the request comes from you, although we have asked (Articles 12(2) and"
        " 12(6)). If you can show who you are, you are welcome to turn to us again.",
    ),
    "unfounded": Text(
        "Begäran är uppenbart ogrundad (artikel 12.5).",
        "The request is manifestly unfounded (Article 12(5)).",
    ),
    "excessive": Text(
        "Begäran är orimlig, särskilt för att den upprepas (artikel 12.5).",
        "The request is excessive, in particular because it is repeated (Article 12(5)).",
    ),
    "others": Text(
        "Det du begär skulle inverka menligt på andras rättigheter och friheter (artikel 15.4 och 20.4).",
        "What you ask for would adversely affect the rights and freedoms of others (Articles 15(4) and 20(4)).",
    ),
    "statute": Text(
        "En lag kräver att vi sparar uppgifterna (artikel 17.3 b).",
        "A statute requires us to keep the data (Article 17(3)(b)).",
    ),
    "claims": Text(
        "Uppgifterna behövs för att fastställa, göra gällande eller försvara rättsliga anspråk (artikel 17.3 e och"
        " 21.1).",
        "The data is needed for the establishment, exercise or defence of legal claims (Articles 17(3)(e) and 21(1)).",
    ),
    "compelling": Text(
        "Vi har tvingande berättigade skäl som väger tyngre än dina intressen, rättigheter och friheter"
        " (artikel 21.1).",
        "We have compelling legitimate grounds that override your interests, rights and freedoms (Article 21(1)).",
    ),
    "accurate": Text(
        "Vi har kontrollerat uppgifterna och funnit att de stämmer (artikel 16).",
        "We have checked the data and found it to be accurate (Article 16).",
    ),
    "basis": Text(
        "Uppgifterna används inte med stöd av samtycke eller avtal (artikel 20.1).",
        "The data is not used by consent or contract (Article 20(1)).",
    ),
    "necessary": Text(
        "Uppgifterna behövs fortfarande för det som de samlades in för, och inget av de skäl som artikel"
        " 17.1 räknar upp"
        " finns.",
        "The data is still needed for what it was collected for, and none of the grounds listed in Article 17(1)"
        " applies.",
    ),
    "other person": Text(
        "Uppgifterna gäller en annan person än dig.", "The data concerns another person than you."
    ),
}
COMPLAINT = Text("Om du inte är nöjd", "If you are not satisfied")
COURT = Text(
    "Du kan också väcka talan i domstol (artikel 79 i dataskyddsförordningen): vid {court}.",
    "You can also go to court (Article 79 of the General Data Protection Regulation): to {court}.",
)
ASK_US = Text(
    "Du är också välkommen att vända dig till oss först: {contact}.",
    "You are also welcome to turn to us first: {contact}.",
)
EXTENDED = Text(
    "Den {day} fick vi din begäran om {asked}. Vi hinner inte svara till den {was}, utan svarar senast den {due}.",
    "On {day} we received your request for {asked}. We cannot answer by {was}, but will answer by {due} at the latest.",
)
EXTENDED_BY = Text(
    "Lagen tillåter att tiden förlängs med högst två månader när det behövs (artikel 12.3).",
    "The law allows the time to be extended by at most two months where necessary (Article 12(3)).",
)
CAUSES: Mapping[Cause, Text] = {
    "complex": Text("Din begäran är komplicerad.", "Your request is complex."),
    "many": Text("Vi har fått ett stort antal begäranden.", "We have received a large number of requests."),
}
COMPLETED = Text(
    "Den {day} begärde du att dina uppgifter skulle raderas. En del måste då sparas, enligt lag eller för ett rättsligt"
    " anspråk. Nu är även det raderat.",
    "On {day} you asked for your data to be erased. Some of it had to be kept then, by law or for a legal claim. Now"
    " that has been erased too.",
)

RECEIPT = Text(
    "Det som gjordes är antecknat i vår gallringsjournal, utan personuppgifter: {numbers}. I"
    " receipt.json finns beviset.",
    "What was done is recorded in our ledger, without personal data: {numbers}. The proof is in receipt.json.",
)
RECEIPT_ONE = Text("kvitto {number}", "receipt {number}")
RECEIPT_MANY = Text("kvitto {number}", "receipts {number}")
HOW = Text(
    "Varje bevis i receipts/ kontrolleras med det fristående programmet verifier.py, som följer med, och"
    " gallringsjournalens publika nyckel, som står"
    " i varje bevis och som vi publicerar: python3 verifier.py --key NYCKEL receipts/N.json. Salt och adress visar att"
    " kvittot är ditt: HMAC-SHA-256 av adressen med saltet som nyckel är det som står i fältet person.",
    "Each proof in receipts/ is checked by the stand-alone program verifier.py, which comes with it, and the"
    " ledger's public key, which stands"
    " in each proof and which we publish: python3 verifier.py --key KEY receipts/N.json. Salt and address show that the"
    " receipt is yours: HMAC-SHA-256 of the address with the salt as key is what stands in the field person.",
)
NOT_SIGNED = Text(
    "Antecknat, men ännu inte signerat; beviset kan begäras av oss om en timme.",
    "Recorded, but not signed yet; ask us for the proof in an hour.",
)
