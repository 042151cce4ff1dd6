"""Reading workbooks: our questionnaire and every published generation."""

from diag360.territories.workbook.read import WorkbookRead, read_workbook
from diag360.territories.workbook.remarks import ILLEGIBLE, Remark

__all__ = ["ILLEGIBLE", "Remark", "WorkbookRead", "read_workbook"]
