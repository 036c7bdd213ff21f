"""The register of processing activities as an HTML document and as an xlsx workbook."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from gallra.policy.wording.register import COLUMNS, CONTROLLER, SECURITY, Activity, ActivityRegister
from gallra.policy.wording.render import document_head, text_of

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_WIDTHS = (30, 34, 24, 40, 22, 26, 40, 60)


def register_html(register: ActivityRegister) -> str:
    """The register as a document that stands alone: a description list per activity, no script."""
    lang = register.lang
    controller = "".join(
        f"<dt>{text_of(label)}</dt><dd>{text_of(value)}</dd>\n" for label, value in register.controller
    )
    activities = "".join(
        _activity(register, number, one) for number, one in enumerate(register.activities, start=1)
    )
    security = "".join(f"<li>{text_of(measure)}</li>\n" for measure in register.security)
    head = document_head(lang, f"{register.title} · {register.controller[0][1]}")
    parts = [
        f"{head}<main>",
        f"<h1>{text_of(register.title)}</h1>",
        f'<section aria-labelledby="controller"><h2 id="controller">{CONTROLLER[lang]}</h2>',
        f"<dl>{controller}</dl></section>",
        activities,
        f'<section aria-labelledby="security"><h2 id="security">{SECURITY[lang]}</h2>',
        f"<ul>{security}</ul></section>",
        f"<footer><p>Version <code>{register.version[:12]}</code></p></footer>",
        "</main></body></html>",
    ]
    return "\n".join(parts) + "\n"


def _activity(register: ActivityRegister, number: int, activity: Activity) -> str:
    rows = "".join(
        f"<dt>{text_of(title[register.lang])}</dt>"
        + "".join(f"<dd>{text_of(text)}</dd>" for text in _texts(activity, name))
        + "\n"
        for name, title in COLUMNS[1:]
    )
    heading = f'<h2 id="a{number}">{number}. {text_of(activity.purpose.rstrip("."))}</h2>'
    return f'<section aria-labelledby="a{number}">\n{heading}\n<dl>\n{rows}</dl>\n</section>\n'


def _texts(activity: Activity, name: str) -> tuple[str, ...]:
    value = getattr(activity, name)
    return value if isinstance(value, tuple) else (value,)


def register_xlsx(register: ActivityRegister) -> bytes:
    """The register as a workbook: activities, controller, security. No cell is a formula."""
    from openpyxl import Workbook

    book = Workbook()
    lang = register.lang
    sheet = book.worksheets[0]
    sheet.title = register.title[:31]
    rows = [[title[lang] for _, title in COLUMNS]]
    rows += [["\n".join(_texts(activity, name)) for name, _ in COLUMNS] for activity in register.activities]
    _fill(sheet, rows, widths=_WIDTHS)
    controller = [[CONTROLLER[lang], ""], *(list(pair) for pair in register.controller)]
    _fill(book.create_sheet(CONTROLLER[lang]), controller, widths=(24, 60))
    security = [[SECURITY[lang]], *([measure] for measure in register.security)]
    _fill(book.create_sheet(SECURITY[lang]), security, widths=(100,))
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def _fill(sheet: Worksheet, rows: list[list[str]], *, widths: tuple[int, ...]) -> None:
    """Write the rows as text, headings in bold and frozen."""
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(number, column, value)
            cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if number == 1:
                cell.font = Font(bold=True)
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "A2"
