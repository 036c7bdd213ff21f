"""What people may ask, how, and what happens then (S15, S16, S19–S22, M1, M21–M25)."""

from __future__ import annotations

from gallra.kinds import Text
from gallra.policy.wording.grammar import Lang, listed, sentence
from gallra.policy.wording.words import RIGHTS, word

_RIGHTS: dict[str, Text] = {
    "access": Text(
        "Du kan när som helst fråga vilka uppgifter vi har om dig och få en kopia av dem i ett registerutdrag.",
        "You can ask at any time what data we have about you and get a copy of it.",
    ),
    "rectification": Text(
        "Du har rätt att få felaktiga uppgifter rättade och ofullständiga uppgifter kompletterade.",
        "You have the right to have wrong data corrected and incomplete data completed.",
    ),
    "erasure": Text(
        "Du har rätt att få dina uppgifter raderade.",
        "You have the right to have your data erased.",
    ),
    "restriction": Text(
        "Du har rätt att kräva att vi begränsar användningen av dina uppgifter, till exempel medan vi utreder om de"
        " stämmer.",
        "You have the right to have the use of your data restricted, for example while we look into whether it is"
        " right.",
    ),
    "objection": Text(
        "Du har rätt att invända mot att vi använder dina uppgifter med stöd av ett berättigat intresse; invänder du"
        " mot direktmarknadsföring upphör den genast.",
        "You have the right to object to our using your data on the basis of a legitimate interest; if you object to"
        " direct marketing, it stops at once.",
    ),
    "portability": Text(
        "Du har rätt att få ut de uppgifter som du har lämnat till oss, och som vi använder med stöd av samtycke"
        " eller avtal, i ett format som en dator kan läsa.",
        "You have the right to receive the data that you have given us, and that we use by consent or contract, in a"
        " format that a computer can read.",
    ),
    "stop mailings": Text(
        "Du kan när som helst avregistrera dig från våra utskick, och de upphör genast.",
        "You can unsubscribe from our mailings at any time, and they stop at once.",
    ),
    "withdrawal": Text(
        "Ett samtycke kan du när som helst ta tillbaka; det som redan har gjorts med stöd av det förblir tillåtet.",
        "You can withdraw a consent at any time; what has been done by it until then remains lawful.",
    ),
}
_CHANNELS: dict[str, tuple[Text, Text]] = {
    "phone": (Text("ringa {phone}", "calling {phone}"), Text("ringa oss", "calling us")),
    "email": (Text("skriva till {email}", "writing to {email}"), Text("skicka e-post till oss", "sending us e-mail")),
    "letter": (Text("skicka ett brev till adressen ovan", "sending a letter to the address above"),
               Text("skicka ett brev till oss", "sending us a letter")),
    "form": (Text("använda formuläret på webbplatsen", "using the form on the website"),) * 2,
    "account": (Text("logga in på ditt konto", "signing in to your account"),) * 2,
}  # fmt: skip


def right(name: str, lang: Lang) -> str:
    """One right, in a sentence; KeyError for a word that is none (the complaint has a sentence of its own)."""
    return _RIGHTS[name][lang]


def channels(
    names: tuple[str, ...], lang: Lang, *, email: str | None, phone: str | None, address: str | None
) -> str:
    """How a right is used: Du använder dina rättigheter genom att ringa …, skriva till … eller använda formuläret …"""
    known = {"email": email, "phone": phone, "letter": address}
    ways = []
    for name in names:
        with_detail, without = _CHANNELS[name]
        detail = known.get(name)
        phrase = with_detail if detail or name not in known else without
        ways.append(phrase[lang].format(email=email, phone=phone, address=address))
    said = listed(ways, lang, last="or")
    return sentence(
        f"du använder dina rättigheter genom att {said}" if lang == "sv" else f"you use your rights by {said}"
    )


def answer(lang: Lang) -> str:
    """Article 12(3) and 12(5): a month, free of charge."""
    return (
        "Enligt dataskyddsförordningen ska du få svar utan onödigt dröjsmål och senast inom en månad, och det kostar"
        " ingenting."
        if lang == "sv"
        else (
            "Under the General Data Protection Regulation you are to have an answer without undue delay, within one"
            " month at the latest, free of charge."
        )
    )


def kept_by_law(lang: Lang) -> str:
    """Article 17(3)(b): what a statute keeps is named with its date."""
    return (
        "Det som en lag kräver att vi sparar raderas när lagens tid har gått ut; svaret säger vilken lag det är och"
        " vilken dag tiden går ut."
        if lang == "sv"
        else (
            "What a statute requires us to keep is erased when the statute's time is up; the answer says which"
            " statute it is and on which day."
        )
    )


def recipients_told(lang: Lang) -> str:
    """Article 19."""
    return (
        "När vi rättar, raderar eller begränsar uppgifter underrättar vi dem som har fått uppgifterna, och du får"
        " veta vilka de är om du frågar."
        if lang == "sv"
        else (
            "When we correct, erase or restrict data we tell those who have received it, and you are told who they"
            " are if you ask."
        )
    )


def complaint(authority: str | None, lang: Lang) -> str:
    """Article 77; None where the policy does not name the authority."""
    where = authority or ("tillsynsmyndigheten" if lang == "sv" else "the supervisory authority")
    if lang == "sv":
        return sentence(
            f"är du inte nöjd med vårt svar, eller anser du att vi bryter mot lagen, kan du klaga hos {where}"
        )
    return sentence(
        f"if you are not satisfied with our answer, or find that we break the law, you can complain to {where}"
    )


def authority_reached(name: str, address: str, email: str, url: str, lang: Lang) -> str:
    if lang == "sv":
        return sentence(f"{name} nås på {url} eller via e-post på {email}; postadressen är {address}")
    return sentence(
        f"{name} can be reached at {url} or by e-mail at {email}; the postal address is {address}"
    )


def renamed(former: str, day: str, now: str, lang: Lang) -> str:
    """That an authority has another name, since when."""
    if lang == "sv":
        return sentence(f"{former} heter sedan den {day} {now}")
    return sentence(f"since {day} {former} has been called {now}")


def only_wrong(lang: Lang) -> str:
    """A text that grants less than Article 17 does."""
    return (
        "Policyn talar bara om felaktiga uppgifter; enligt artikel 17 i dataskyddsförordningen kan även riktiga"
        " uppgifter raderas."
        if lang == "sv"
        else (
            "The policy speaks of wrong data only; under Article 17 of the General Data Protection Regulation correct"
            " data can be erased too."
        )
    )


def channels_missing(lang: Lang) -> str:
    return (
        "Policyn anger inte hur du använder dina rättigheter."
        if lang == "sv"
        else "The policy does not state how you use your rights."
    )


def decisions_missing(lang: Lang) -> str:
    return (
        "Policyn anger inte om några beslut om dig fattas automatiskt."
        if lang == "sv"
        else "The policy does not state whether any decisions about you are made automatically."
    )


def form_does(what: tuple[str, ...], title: str | None, lang: Lang) -> str:
    """What a form can be used for: the rights of Articles 15–22."""
    said = listed((word(RIGHTS, name, lang) for name in what), lang, last="or")
    if lang == "sv":
        form = f"i formuläret ”{title}”" if title else "i formuläret på webbplatsen"
        return sentence(f"{form} kan du begära {said}")
    form = f"in the form “{title}”" if title else "in the form on the website"
    return sentence(f"{form} you can ask for {said}")


def form_confirmed(lang: Lang) -> str:
    return (
        "Du får ett e-postmeddelande med en länk som bekräftar att begäran kommer från dig."
        if lang == "sv"
        else "You get an e-mail with a link that confirms that the request comes from you."
    )


def not_offered(names: tuple[str, ...], lang: Lang) -> str:
    """The rights that the law gives and the policy does not mention."""
    missing = listed((word(RIGHTS, name, lang) for name in names), lang)
    if lang == "sv":
        return sentence(
            f"enligt dataskyddsförordningen har du också rätt till följande, som policyn inte nämner: {missing}"
        )
    return sentence(
        "under the General Data Protection Regulation you are also entitled to the following, which the policy does"
        f" not mention: {missing}"
    )


def stop_at_once(lang: Lang) -> str:
    """S19."""
    return (
        "När du fyller i formuläret för avregistrering upphör utskicken genast, innan något annat har bekräftats."
        if lang == "sv"
        else (
            "When you fill in the form to unsubscribe, mailings stop at once, before anything else has been"
            " confirmed."
        )
    )


def stop_erases(lang: Lang) -> str:
    """S20."""
    return (
        "Formuläret är också en begäran om radering: svaret säger vad som har raderats, vad som måste sparas enligt"
        " lag och till vilken dag, och att adressen är spärrad för utskick."
        if lang == "sv"
        else (
            "The form is a request for erasure too: the answer says what has been erased, what must be kept by law"
            " and until which day, and that the address is barred from mailings."
        )
    )


def stop_confirmed(lang: Lang) -> str:
    """S21."""
    return (
        "Du får ett e-postmeddelande som bekräftar att begäran har kommit in; raderingen börjar när du öppnar länken"
        " i det och bekräftar."
        if lang == "sv"
        else "You get an e-mail that acknowledges the request; the erasure starts when you open its link and confirm."
    )


def stop_reason(lang: Lang) -> str:
    """S22."""
    return (
        "Vi frågar varför du vill sluta, men du behöver inte svara, och svaret sparas utan koppling till dig."
        if lang == "sv"
        else "We ask why you want to leave, but you need not answer, and the answer is stored without any tie to you."
    )
