"""Files that people already have, turned into a draft: .docx .pdf .html .txt .md .xlsx. Hostile files are refused."""

from publication.importing.entry import import_file
from publication.importing.model import Imported, ImportRefused, Limits, Picture

__all__ = ["ImportRefused", "Imported", "Limits", "Picture", "import_file"]
