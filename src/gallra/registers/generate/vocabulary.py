"""The parts from which `texts.py` builds: products that do not exist, what goes wrong in them, and what
people say.

Braces are filled by `texts.fill`; PRODUKTEN, PERSONEN and ÄMNET by the function that knows them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that goes wrong: its subject line, how the customer sees it, and what solves it, without any
    person."""

    subject: str
    shows: str
    solution: str


_BOOKKEEPING = (
    Trouble(
        "Momsrapporten stämmer inte för {month}",
        "Momsrapporten för {month} visar {amount} kr mer än huvudboken.",
        "Två verifikationer hade momskod utan period. Rätta koden under Verifikationer och kör rapporten på nytt.",
    ),
    Trouble(
        "Årsskiftet går inte att köra",
        "När vi startar årsskiftet stannar det vid konto 2099 med kod {number}.",
        "Föregående års resultat var inte omfört. Boka om konto 2099 mot 2098 och kör årsskiftet igen.",
    ),
    Trouble(
        "Ingående balans saknas efter uppdatering",
        "Efter uppdateringen till {version} är ingående balanser tomma.",
        "Kör Uppdatera ingående balanser under Verktyg. Felet rättades i nästa utgåva.",
    ),
    Trouble(
        "SIE-fil läses inte in",
        "SIE-filen från vår byrå avvisas på rad {count} med fel teckenuppsättning.",
        "Filen var sparad som UTF-8. Exportera den med formatet PC8 och läs in den på nytt.",
    ),
    Trouble(
        "Verifikationsserie hoppar över nummer",
        "Serie B hoppar från {number} och lämnar en lucka i {month}.",
        "En avbruten inläsning hade reserverat numren. Luckan förklaras i behandlingshistoriken.",
    ),
    Trouble(
        "Rapporten Resultat per enhet är tom",
        "Resultat per kostnadsställe är tom fast det finns bokfört i {month}.",
        "Urvalet hade en avslutad kostnadsställegrupp. Nollställ urvalet och spara det som standard.",
    ),
)
_PAYROLL = (
    Trouble(
        "Fel semesterskuld i {month}",
        "Semesterskulden i {month} räknas på fel sysselsättningsgrad för {count} anställda.",
        "Sysselsättningsgraden saknade startdatum. Lägg in datum och räkna om skulden från intjänandeårets början.",
    ),
    Trouble(
        "AGI-filen avvisas av Skatteverket",
        "Arbetsgivardeklarationen för {month} avvisas med kod {number}.",
        "Specifikationsnumren var inte unika. Kör Kontrollera AGI och skapa filen på nytt.",
    ),
    Trouble(
        "Lönebesked skickas inte",
        "Lönebeskeden för {month} ligger kvar i utkorgen och går inte iväg.",
        "Certifikatet hade gått ut. Hämta ett nytt under Inställningar, Utskick, och skicka om utkorgen.",
    ),
    Trouble(
        "Karensavdrag dras två gånger",
        "Karensavdraget dras två gånger när sjukperioden går över ett månadsskifte.",
        "Sjukperioden var registrerad som två. Slå ihop den under Frånvaro och räkna om lönen.",
    ),
    Trouble(
        "Ny skattetabell saknas",
        "Skattetabellerna för i år saknas, preliminärskatten blir fel på {count} löner.",
        "Hämta tabellerna under Underhåll, Skattetabeller, och räkna om öppna löner.",
    ),
)
_ORDERS = (
    Trouble(
        "Orderbekräftelse skrivs ut tom",
        "Bekräftelsen på order {number} skrivs ut utan rader.",
        "Blankettmallen pekade på ett borttaget fält. Återställ mallen och lägg till fältet Radtext.",
    ),
    Trouble(
        "Saldot i lagret blir negativt",
        "Lagersaldot för artikel {number} visar minus {count} efter inleverans.",
        "Inleveransen låg på fel lagerställe. Flytta den och kör Räkna om saldo.",
    ),
    Trouble(
        "Plocklistan sorteras fel",
        "Plocklistan sorteras på artikelnummer, inte på lagerplats, sedan i {day}s.",
        "Sorteringen hade återställts av uppdateringen. Välj Lagerplats under Utskrifter, Plocklista.",
    ),
    Trouble(
        "Frakt läggs inte på fakturan",
        "Frakten på order {number} följer inte med till fakturan.",
        "Fraktartikeln saknade momskod. Lägg in den och skapa fakturan på nytt.",
    ),
    Trouble(
        "Rabatt räknas på fel pris",
        "Kundrabatten på order {number} räknas på inköpspriset.",
        "Prislistan hade fel bas. Ändra till Försäljningspris och uppdatera öppna order.",
    ),
    Trouble(
        "Streckkodsläsaren svarar inte",
        "Handdatorn tappar kontakten i skärmen {screen} efter {count} sekunder.",
        "Drivrutinen stängde av porten i viloläge. Stäng av energisparläget för läsaren.",
    ),
)
_INVOICING = (
    Trouble(
        "E-fakturor kommer inte fram",
        "E-fakturan {number} står som skickad men mottagaren har inte fått den.",
        "Mottagarens GLN var ändrat. Hämta adressen på nytt ur registret och sänd om fakturan.",
    ),
    Trouble(
        "OCR-numret underkänns av banken",
        "Banken underkänner OCR på faktura {number}.",
        "Längdsiffran var påslagen hos oss men inte i bankens avtal. Ställ båda lika.",
    ),
    Trouble(
        "Påminnelser går ut fast fakturan är betald",
        "Kunden fick påminnelse på faktura {number} trots betalning i {day}s.",
        "Inbetalningsfilen lästes in efter påminnelsekörningen. Lägg inläsningen före i schemat.",
    ),
    Trouble(
        "Öresavrundning ger differens",
        "Avstämningen mot reskontran skiljer 0,{count} kr i {month}.",
        "Avrundningskontot var inaktivt. Aktivera 3740 och boka om differensen.",
    ),
    Trouble(
        "Kreditfaktura kopplas inte",
        "Kreditfakturan till {number} står som öppen i reskontran.",
        "Kvitta de båda under Reskontra, Matcha. Kopplingen görs själv från nästa utgåva.",
    ),
)
_PROJECTS = (
    Trouble(
        "Tidrapporten går inte att attestera",
        "Vecka {count} går inte att attestera, knappen är grå i {screen}.",
        "Perioden var låst. Lås upp veckan, attestera och lås igen.",
    ),
    Trouble(
        "Projektkalkylen visar fel täckningsgrad",
        "Täckningsgraden på projekt {number} stämmer inte med utfallet.",
        "Timkostnaden var satt före årsskiftet. Uppdatera självkostnaden och räkna om kalkylen.",
    ),
    Trouble(
        "Appen synkar inte tid",
        "Tider från appen kommer inte in sedan i {day}s, {count} rader väntar.",
        "Nyckeln för synk hade gått ut. Koppla appen på nytt under Inställningar, Enheter.",
    ),
    Trouble(
        "Löpande räkning faktureras inte",
        "Projekt {number} finns inte med i faktureringsförslaget för {month}.",
        "Projektet saknade faktureringsplan. Lägg in en och skapa förslaget på nytt.",
    ),
)
_ACCESS = (
    Trouble(
        "Kan inte logga in",
        "Inloggningen stannar på en tom ruta efter uppdateringen till {version}.",
        "Töm webbläsarens lagring för adressen och logga in igen.",
    ),
    Trouble(
        "Programmet är långsamt",
        "Sedan i {day}s tar det {count} sekunder att öppna {screen}.",
        "Indexen behövde byggas om. Kör Underhåll, Optimera databasen, utanför arbetstid.",
    ),
    Trouble(
        "Ny användare saknar rättigheter",
        "En ny användare ser inte menyn {screen}.",
        "Användaren låg i fel grupp. Flytta den till gruppen med rättigheten och logga in på nytt.",
    ),
    Trouble(
        "Utskriften hamnar på fel skrivare",
        "Utskrifter från {screen} går till skrivaren på lagret.",
        "Standardskrivaren sätts per blankett. Välj skrivare under Utskrifter, Blanketter.",
    ),
    Trouble(
        "Säkerhetskopian misslyckas",
        "Säkerhetskopian i natt avbröts med kod {number}.",
        "Målmappen var full. Rensa gamla kopior och välj antal att spara under Underhåll.",
    ),
    Trouble(
        "Fel efter uppdatering till {version}",
        "{screen} visar fel {number} sedan vi uppdaterade till {version}.",
        "Installera rättningen som följer utgåvan och starta om tjänsten.",
    ),
)

PRODUCTS: tuple[tuple[str, tuple[str, ...], tuple[Trouble, ...]], ...] = (
    (
        "Navet Bokföring",
        ("Budget", "Anläggningsregister", "Flera bolag", "Bankkoppling"),
        _BOOKKEEPING + _ACCESS,
    ),
    ("Navet Lön", ("Reseräkning", "Personalportal", "Kollektivavtal"), _PAYROLL + _ACCESS),
    ("Navet Order", ("Lager", "Streckkod", "Webbutik", "Prislistor"), _ORDERS + _ACCESS),
    ("Navet Faktura", ("E-faktura", "Inkasso", "Autogiro"), _INVOICING + _ACCESS),
    ("Navet Projekt", ("Tidapp", "Kalkyl", "Resursplan"), _PROJECTS + _ACCESS),
)
"""Invented products, each with its add-ons and what goes wrong in it."""

MONTHS = ("januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november",
          "december")  # fmt: skip
DAYS = ("måndag", "tisdag", "onsdag", "torsdag", "fredag")
SCREENS = ("Kundkortet", "Orderregistrering", "Verifikationer", "Löneunderlag", "Artikelregistret", "Reskontran",
           "Tidrapporten", "Inköp", "Bankavstämning")  # fmt: skip
GREETINGS = ("Hej!", "Hej,", "God morgon!", "Hej support,", "Hejsan!", "", "Hej igen,")
CONTEXTS = (
    "Det började i {day}s och gäller alla {count} användare hos oss.",
    "Vi kör PRODUKTEN {version} på egen server.",
    "Vi har startat om utan att det hjälpte.",
    "Det fungerar på min dator men inte på kollegans.",
    "Samma sak hände i {month}, då löste det sig av sig självt.",
    "Jag har bifogat en bild av felet.",
    "Felet kommer bara när fler än {count} rader är valda.",
    "Vår byrå väntar på rapporten.",
    "Vi har provat både i {screen} och från startsidan.",
    "",
)
WISHES = (
    "Kan ni hjälpa oss?", "Tacksam för snabbt svar, vi ska stänga perioden.", "Vad gör vi för fel?",
    "Ring gärna, det är lättare att visa.", "Går det att lösa före fredag?", "Hur går vi vidare?",
    "Kan någon titta på det i dag?", "Det är inte bråttom men vi vill veta varför.",
)  # fmt: skip
CLOSINGS = ("Mvh", "Hälsningar", "Med vänlig hälsning", "Vänligen", "Tack på förhand", "Hej då")
STAFF_LINES = (
    "Tack för ärendet. Vi har sett samma fel i utgåva {version} och undersöker det.",
    "Kan du skicka en bild av hela rutan {screen}, så ser vi vilket urval som är valt?",
    "Vi har provat med er inställning och kan återskapa felet.",
    "Prova att stänga {screen} på alla platser och kör sedan Underhåll, Kontrollera.",
    "Vi har rättat inställningen på distans. Gör om steget och säg till om det inte stämmer.",
    "Felet rättas i utgåva {version} som släpps i {month}.",
    "Vilken utgåva står det längst ner till höger, och hur många rader gäller det?",
    "Vi behöver en kopia av filen för att se vad som skiljer på rad {count}.",
    "Loggen visar att jobbet {number} avbröts i {day}s. Vi startar om det i kväll.",
    "Vi ringer i eftermiddag och tittar på det tillsammans.",
)
STAFF_ENDS = ("Hör av dig om det inte hjälper.", "Återkom gärna med hur det gick.", "Vi återkommer senast i morgon.",
              "Svara på det här brevet så hamnar det i ärendet.", "Ha en fin dag.")  # fmt: skip
CUSTOMER_LINES = (
    "Tack, det löste sig!", "Nu fungerar det i {screen}, men inte för alla användare.",
    "Bilden är bifogad. Det står kod {number} längst ner.", "Vi kör {version}. Det gäller {count} rader.",
    "Det hjälpte tyvärr inte. Felet kom tillbaka i {day}s.", "Jag provar i eftermiddag och återkommer.",
    "Kollegan på lagret ser samma sak i {screen}.", "Tack för snabbt svar. Vi väntar på rättningen.",
    "Filen är för stor för brevet, jag lägger den på servern.", "Perfekt, vi kan stänga ärendet.",
)  # fmt: skip
PHONE_NOTES = (
    "Ringde PERSONEN, som visade felet i {screen}. Återskapat.",
    "PERSONEN ringde och undrade över läget. Lovade besked i {day}.",
    "Talade med PERSONEN. Rättade inställningen tillsammans, provar till i {day}.",
    "Sökte PERSONEN, lämnade meddelande i växeln.",
    "PERSONEN bekräftar att det fungerar efter omstart.",
)
TECHNICAL = (
    "PRODUKTEN {version}, Windows Server 2022, databas {count} GB, {count} användare",
    "PRODUKTEN {version}, driftad hos oss, webbläsare Firefox",
    "PRODUKTEN {version}, Windows 11, skrivarkö {number}",
    "PRODUKTEN {version}, fel {number} i loggen, {count} försök",
)
SUGGESTIONS = (
    "Spara urvalet i {screen} mellan inloggningarna.", "Visa summan av markerade rader i {screen}.",
    "Låt flera perioder skrivas ut på en gång i {screen}.",
    "Varna när en period har lämnats öppen i mer än {count} dagar.",
    "Kortkommando för att byta bolag utan att lämna {screen}.", "Exportera {screen} till kalkylark med rubriker.",
    "Sök på belopp i {screen}, inte bara på nummer.", "Mörkt läge i {screen}.",
    "Fråga innan {screen} stängs med osparade rader.", "Visa senast ändrad i {screen}.",
)  # fmt: skip
DOCUMENTS = (
    ("felbild-{number}", "bild av felmeddelandet", "Skärmbild: fel {number} i {screen}"),
    (
        "logg-{number}",
        "logg från servern",
        "{day} 08.14 jobb {number} startat\n{day} 08.15 jobb {number} avbrutet, rad {count}",
    ),
    (
        "momsrapport-{month}",
        "momsrapport att jämföra med",
        "Momsrapport {month}: utgående {amount}, ingående {amount}",
    ),
    ("export-{number}", "exporterad fil som inte läses in", "#FLAGGA 0\n#FORMAT PC8\n#SIETYP 4"),
    ("underlag-{month}", "underlag till avstämningen", "Underlag {month}, {count} rader, summa {amount}"),
)
TOPICS = (
    "förnyat avtal", "fler användare", "visning av lönesystemet", "byte från kalkylark", "e-faktura", "ny webbutik",
    "utbildning för ekonomi", "drift hos oss", "koppling till banken", "tidrapport i mobilen", "pris på tillägg",
)  # fmt: skip
DIALOGUES_IN = (
    "PERSONEN hörde av sig om ÄMNET och vill ha ett förslag före {month}.",
    "PERSONEN ringde om ÄMNET. Beslut tas i {month}.",
    "PERSONEN svarade på vårt förslag om ÄMNET: intresserade, men budgeten är {amount} kr.",
    "PERSONEN undrar om ÄMNET ingår eller kostar extra.", "Besökte oss i montern och frågade om ÄMNET.",
)  # fmt: skip
DIALOGUES_OUT = (
    "Ringde PERSONEN om ÄMNET. Vill bli uppringd i {month}.", "Skickade förslag om ÄMNET, {amount} kr per år.",
    "Möte hos kunden om ÄMNET, PERSONEN och två till. Nästa steg i {month}.", "Följde upp ÄMNET med PERSONEN.",
)  # fmt: skip
SALES_NOTES = (
    "PERSONEN beslutar ihop med ekonomichefen.", "Har i dag eget system, avtalet löper ut i {month}.",
    "Vill helst bli kontaktad i {day}ar.", "{count} användare, två bolag. Växer.", "Såg vår annons, bad om visning.",
    "Ska upphandla i {month}. PERSONEN samlar krav.",
)  # fmt: skip
SALES = ("Uppgradering till", "Tillägg till", "Fler användare i", "Byte till", "Utbildning i")
REVIEW_REASONS = (
    "Avtal löper och kontakten är regelbunden.", "Förnyade i våras, tilläggsförsäljning pågår.",
    "Kontaktperson för driften, samtal varje kvartal.", "Offert ute, beslut väntas efter årsskiftet.",
    "Kunden har bett oss stå kvar som kontakt.",
)  # fmt: skip
