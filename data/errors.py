"""Every error of the product, one class a cause; the docstring is the default message.

ReadinessError
├── SettingsError            a setting is missing or wrong: the start stops
├── StartFailed              a part of the product does not stay up
├── DatabaseError            the database cannot be reached, started or upgraded
│   ├── DatabaseHeld         another process holds this data folder
│   └── DatabaseTooOld       PostgreSQL older than 15
├── IntakeError              a survey file cannot be taken in
│   ├── FileUnreadable       no known encoding, delimiter or sheet
│   ├── WidthMismatch        a row and the header differ in width
│   └── MappingError         the mapping and the file do not fit
├── AccessError              signing in or permission
│   ├── NotSignedIn
│   ├── NotAllowed
│   ├── MethodNotAllowed     an address that is asked in a way it does not answer
│   ├── WrongCredentials     no such account or not its password: never says which
│   ├── OpenIdRefused        what came back from the provider is not a sign-in of ours
│   │   └── OpenIdStopped    the provider, or the person there, said no
│   ├── OpenIdAway           the OpenID provider does not answer, or not as one
│   ├── TooManyAttempts      guessing is slowed
│   ├── TooManyRequests      somebody asks too often
│   ├── PasswordTooShort
│   └── PasswordTooEasy      known from breaches, or guessed within 10^8 tries
├── QuestionError            a question cannot be answered
│   ├── UnknownName          a survey, department, role, widget or page that does not exist
│   └── FiltersInvalid       filters from an address or a client that cannot be read
├── PipelineFailed           a stage of the pipeline failed; the rest went on
├── LayoutInvalid            a saved layout that cannot be read
├── PlanError                an action plan cannot be taken up or changed
│   ├── PlanUnknown          no such plan, or none this person may see
│   ├── PlanStale            somebody else changed it meanwhile
│   ├── PlanThere            the same action is under way already
│   ├── RuleUnknown          no such action, or not for this force or place
│   ├── PlaceUnknown         a department or survey that is not there for this person
│   ├── OwnerUnknown         the owner is no member of this organisation
│   └── PlanInvalid          a due date, status or note that makes no sense
├── ErasureFailed            something of a person would have stayed: nothing was erased
├── SettingRefused           a setting of a survey that would protect its people less
├── TooFewPeople             single answers of fewer people than a group must have
└── DocumentError            a file cannot be made (for example: no browser for pictures)
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from data.contracts import AnalyticsResult


class ReadinessError(Exception):
    """Something went wrong in AI Readiness Analytics."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or " ".join((self.__doc__ or "").split()))


class SettingsError(ReadinessError):
    """A setting is missing or wrong."""


class StartFailed(ReadinessError):
    """A part of the product stopped and could not be started again."""


class DatabaseError(ReadinessError):
    """The database cannot be reached, started or upgraded."""


class DatabaseHeld(DatabaseError):
    """Another process holds this data folder. Stop it, or set READINESS_HOME to another folder."""


class DatabaseTooOld(DatabaseError):
    """This PostgreSQL is too old. Version 15 or newer is needed."""


class IntakeError(ReadinessError):
    """The survey file cannot be taken in."""


class FileUnreadable(IntakeError):
    """The file cannot be read as CSV or XLSX."""


class WidthMismatch(IntakeError):
    """A row has more or fewer cells than the header. Nothing was imported."""


class MappingError(IntakeError):
    """The mapping does not fit the file."""


class AccessError(ReadinessError):
    """Access was refused."""


class NotSignedIn(AccessError):
    """Nobody is signed in. Sign in and try again."""


class NotAllowed(AccessError):
    """Your role does not allow this. Ask an administrator of your organisation."""


class MethodNotAllowed(AccessError):
    """Nothing here can be asked in this way. What can is listed in /api/v1/openapi.json."""


class WrongCredentials(AccessError):
    """The email or the password is wrong."""


class OpenIdRefused(AccessError):
    """The sign-in with your organisation could not be completed. Start it again."""


class OpenIdStopped(OpenIdRefused):
    """The sign-in was stopped at your organisation's side. Start it again."""


class OpenIdAway(AccessError):
    """Your organisation's sign-in cannot be reached just now. Try again in a minute."""


class TooManyAttempts(AccessError):
    """Too many attempts. Try again in a few minutes."""


class TooManyRequests(AccessError):
    """Too many requests. Wait a minute and try again."""

    def __init__(self, what: str = "requests", seconds: int = 60) -> None:
        unit = "second" if seconds == 1 else "seconds"
        super().__init__(f"Too many {what}. Wait {seconds} {unit} and try again.")
        self.seconds = seconds


class PasswordTooShort(AccessError):
    """The password is too short. Use at least 12 characters."""


class PasswordTooEasy(AccessError):
    """The password is easy to guess. Use a longer one of words that do not belong together."""


class QuestionError(ReadinessError):
    """The question cannot be answered."""


class UnknownName(QuestionError):
    """There is nothing of that name."""


class FiltersInvalid(QuestionError):
    """The filters cannot be read. Clear them and choose again."""


class LayoutInvalid(ReadinessError):
    """The saved layout cannot be read."""


class PlanError(ReadinessError):
    """The action plan cannot be saved."""


class PlanUnknown(PlanError):
    """There is no such plan. Reload the page to see those there are."""


class PlanStale(PlanError):
    """Somebody changed this plan meanwhile. Reload the page, look, and change it again."""


class PlanThere(PlanError):
    """This action is under way there already. Change that plan instead."""


class RuleUnknown(PlanError):
    """There is no such action for this force and place."""


class PlaceUnknown(PlanError):
    """There is no such department or survey with figures."""


class OwnerUnknown(PlanError):
    """The owner is not an active member of this organisation. Choose another person."""


class PlanInvalid(PlanError):
    """The plan cannot be saved as it is."""


class ErasureFailed(ReadinessError):
    """Something of this person would have stayed, so nothing was erased. Try again."""


class SettingRefused(ReadinessError):
    """This setting cannot be changed so."""


class TooFewPeople(ReadinessError):
    """Fewer people answered than a group must have, so nothing is told of them."""


class DocumentError(ReadinessError):
    """The file cannot be made."""


class PipelineFailed(ReadinessError):
    """A stage of the pipeline failed. What was released stays; the next run does the rest."""

    def __init__(self, message: str | None = None, result: "AnalyticsResult | None" = None) -> None:
        super().__init__(message)
        self.result = result
