"""What every record of the catalogue shares: frozen, no unknown key, strict types of values."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from diag360.catalogue.french import typeset_text

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Positive = Annotated[float, Field(strict=True, gt=0.0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(strict=True, ge=0.0, allow_inf_nan=False)]
ScoreValue = Annotated[float, Field(strict=True, ge=0.0, le=1.0)]
# A text for readers: its author types ordinary spaces, its readers see French ones.
Text = Annotated[str, AfterValidator(typeset_text)]
Day = Annotated[date, Field(strict=True)]


class Record(BaseModel):
    """Base of the records; a change makes a new one."""

    model_config = ConfigDict(frozen=True, extra="forbid")
