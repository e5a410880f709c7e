"""The answer that hands out a table as a file."""

from collections.abc import Iterable
from typing import Any

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse

from accelerator.exports import files
from accelerator.exports.tables import ColumnTable

CSV, XLSX = "csv", "xlsx"
FORMS = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def as_file(table: ColumnTable, rows: Iterable[Any], *, form: str, name: str, title: str) -> HttpResponseBase:
    """The table as a download; `name` is the file's without its ending, `title` the sheet's."""
    if form == XLSX:
        return FileResponse(
            files.as_xlsx(table, rows, title),
            as_attachment=True,
            filename=f"{name}.xlsx",
            content_type=FORMS[XLSX],
        )
    return StreamingHttpResponse(
        files.as_csv(table, rows),
        content_type=FORMS[CSV],
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )
