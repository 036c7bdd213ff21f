"""In a real browser: read by assistive technology, on a narrow screen, by keyboard, in both themes and languages."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

from gallra.site.models import User
from tests.web.conftest import CUSTOMER, EVERYONE, OFFICE, WAYS, Open, ways_in, whole

STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ACCOUNT = ("/account/2fa/", "/account/logout/")
UNFOLD = "document.querySelectorAll('details').forEach(one => { one.open = true })"
STAFF = (*OFFICE, "/sv/", "/en/", *ACCOUNT)


BEGIN = """whole => {
    const named = one => one.getAttribute('href') || one.name || one.id || one.innerText || one.outerHTML;
    const all = 'a[href], button, input:not([type=hidden], [type=radio]), select, textarea, summary, [tabindex="0"]';
    const main = document.getElementById('main'), from = whole ? document : main;
    const wanted = [...from.querySelectorAll(all)].filter(one => one.checkVisibility() && !one.disabled);
    if (!whole) { main.tabIndex = -1; main.focus(); }
    const seen = new Set(), unmarked = new Set();
    document.addEventListener('focusin', event => {
        seen.add(event.target);
        if (getComputedStyle(event.target).outlineStyle === 'none') unmarked.add(named(event.target));
    });
    window.walked = () => { document.activeElement.blur(); return said(); };
    const said = () => [...wanted.filter(one => !seen.has(one)).map(one => 'not reached: ' + named(one)),
                           ...[...unmarked].map(one => 'not marked: ' + one)];
    return wanted.length + 6 * from.querySelectorAll('input[type^=date]').length
        + from.querySelectorAll('.scroll, pre').length + (whole ? 3 : 0);
}"""
"""Notes what the keyboard reaches, and whether that is marked; how often the key is pressed at most."""


def walked(page: Page, *, whole: bool) -> list[str]:
    """What of a page the Tab key does not reach, or reaches without showing it. whole: with the bar at the top, which
    the skip link passes over."""
    for _ in range(page.evaluate(BEGIN, whole)):
        page.keyboard.press("Tab")
    found: list[str] = page.evaluate("walked()")
    return found


def faults(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA and good practice, everything unfolded; and whether the page is wider than a
    small telephone."""
    page.evaluate(UNFOLD)
    found = (
        Axe().run(page, options={"runOnly": STANDARD, "resultTypes": ["violations"]}).response["violations"]
    )
    told = [f"{one['id']}: {json.dumps([node['target'] for node in one['nodes']][:3])}" for one in found]
    usual = page.viewport_size
    assert usual is not None
    page.set_viewport_size({"width": 360, "height": 900})
    wide = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size(usual)
    return told if wide <= 360 else [*told, f"{wide} pixels wide on a telephone"]


@pytest.mark.parametrize(
    ("lang", "dark"), [("sv", False), ("en", True)], ids=["Swedish, light", "English, dark"]
)
def test_every_page_is_accessible_and_fits_and_is_walked_by_keyboard(
    open_page: Open, site: str, company: User, lang: str, dark: bool
) -> None:
    """One of the two walks by keyboard: what it reaches differs by neither language nor theme."""
    wrong: dict[str, list[str]] = {}
    begun: list[BrowserContext] = []

    def look(page: Page, name: str) -> None:
        first = page.context not in begun
        begun.append(page.context)
        wrong[name] = [*(walked(page, whole=first) if dark else []), *faults(page)]

    bo = User.objects.get(email="bo@example.com")
    for user, paths in ((company, STAFF), (bo, CUSTOMER), (None, EVERYONE), (None, WAYS)):
        page = open_page("/account/login/", user=user, lang=lang, dark=dark)
        if paths is WAYS:
            ways_in()
        for path in paths:
            page.goto(site + whole(path))
            look(page, path if user else f"{path} (public)")
        if user == company:
            _open_a_case(page, site, look)
        page.context.close()
    assert {path: found for path, found in wrong.items() if found} == {}


def _open_a_case(page: Page, site: str, look: Callable[[Page, str], None]) -> None:
    """The pages behind the search for whom a case is for: each is the answer to a POST."""
    page.goto(f"{site}/office/cases/new/")
    page.locator("#id_said").fill("bo@example.com")
    page.locator("main .button").first.click()
    look(page, "found")
    page.locator("tbody .button").first.click()
    look(page, "somebody known")
    page.goto(f"{site}/office/cases/new/")
    page.locator("main .button").last.click()
    look(page, "somebody new")


def test_the_keyboard_reaches_everything_and_shows_where_it_is(open_page: Open, company: User) -> None:
    page = open_page("/office/", user=company)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    reached = set()
    for _ in range(120):
        page.keyboard.press("Tab")
        here = page.evaluate(
            """() => { const one = document.activeElement; const style = getComputedStyle(one);
            return one === document.body ? null : [one.getAttribute('href') || one.tagName, style.outlineStyle] }"""
        )
        if here is None:
            break
        reached.add(here[0])
        assert here[1] == "solid", here
    assert "/office/promises/M16" in reached
    assert "?status=kept#promises" in {link.split("/office/")[-1] for link in reached}


def test_evidence_opens_by_keyboard(open_page: Open, company: User) -> None:
    page = open_page("/sv/", user=company)
    evidence = page.locator("#m16 details.evidence")
    assert evidence.get_attribute("open") is None
    evidence.locator("> summary").focus()
    page.keyboard.press("Enter")
    assert evidence.locator("pre").first.inner_text().startswith("[[retention]]")
    assert "väntar på sin dag" in evidence.inner_text()
    assert evidence.locator("a").first.get_attribute("href") == "/office/ledger/1"


def test_numbers_lead_to_what_is_behind_them(open_page: Open, company: User) -> None:
    page = open_page("/office/", user=company, lang="en")
    page.locator(".sums a").nth(2).click()
    assert page.url.endswith("/office/?status=broken#promises")
    page.locator("tbody th a").first.click()
    assert "/office/promises/" in page.url
    page.locator("#receipts + .scroll a").first.click()
    assert "/office/ledger/" in page.url


def test_one_signs_out_and_the_language_stays(open_page: Open, company: User) -> None:
    page = open_page("/office/", user=company, lang="sv")
    page.get_by_role("button", name="English").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Promises"
    page.get_by_role("button", name="Sign out").click()
    page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/", 3)[2] + "/office/")
    assert page.get_by_role("heading", level=1).inner_text() == "Sign in"


def test_the_printed_policy_is_the_policy_alone(open_page: Open, company: User) -> None:
    page = open_page("/sv/", user=company)
    page.emulate_media(media="print")
    assert not page.locator(".bar nav").is_visible()
    assert not page.locator("details.evidence").first.is_visible()
    assert page.locator("#m16 p").first.is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
