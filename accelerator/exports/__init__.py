"""A list declared once, as columns: shown on a page, and given out as CSV or as an XLSX workbook."""
