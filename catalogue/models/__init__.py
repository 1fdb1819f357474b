"""The rows. A row's rule is a method here; many rows, a QuerySet; several effects, `catalogue.publishing`."""

from catalogue.models.accounts import (
    ApiToken,
    Attachment,
    ExternalIdentity,
    Invitation,
    OpenSession,
    RecoveryCode,
    ResetRequest,
    SecondStep,
)
from catalogue.models.additions import Addition, Layer
from catalogue.models.addresses import FormerAddress, FormerPath
from catalogue.models.audiences import PUBLIC, Audience
from catalogue.models.auditing import AuditEntry, AuditText, LoginTrace
from catalogue.models.changes import Change, Counter, Cursor
from catalogue.models.checks import IndexCheck
from catalogue.models.contours import Contour
from catalogue.models.dashboards import Dashboard, FigureAlert
from catalogue.models.data_services import DataService
from catalogue.models.datasets import Dataset, Distribution, Record
from catalogue.models.drafts import Mandate, Proposal, Submission, Unsent
from catalogue.models.feeding import FeedFollower, FeedMember, FeedMention, Withheld
from catalogue.models.followed import FollowedSearch, ToldRecord
from catalogue.models.grants import BodyGroup, Grant, GroupMember
from catalogue.models.identity import Identity
from catalogue.models.indicators import (
    AskedReckoning,
    FormerObservation,
    Indicator,
    Observation,
    ObservedColumn,
    Reckoning,
)
from catalogue.models.late import LateNotice
from catalogue.models.links import LinkCheck, LinkHost, LinkUse
from catalogue.models.mails import OutgoingMail
from catalogue.models.notices import Notice
from catalogue.models.organisations import Organisation
from catalogue.models.packs import AppliedPack
from catalogue.models.pages import Page
from catalogue.models.people import Limits, User
from catalogue.models.questions import Question
from catalogue.models.releases import Release
from catalogue.models.reuses import Reuse, ReusedDataset
from catalogue.models.scores import Score
from catalogue.models.searches import SearchDay, SearchTally, SearchTotal
from catalogue.models.synonyms import SynonymTable
from catalogue.models.tables import Replacement, Table, TableDecision, TableVersion
from catalogue.models.tags import TerritoryTag
from catalogue.models.territories import Population, Territory
from catalogue.models.texts import in_french, in_reading, language_of
from catalogue.models.themes import ShownTheme
from catalogue.models.use import DatasetUse, DatasetViews, UseTotal
from catalogue.models.vocabularies import Concept, Vocabulary
from catalogue.models.writing import KeptAnswer

__all__ = [
    "PUBLIC",
    "Addition",
    "ApiToken",
    "AppliedPack",
    "AskedReckoning",
    "Attachment",
    "Audience",
    "AuditEntry",
    "AuditText",
    "BodyGroup",
    "Change",
    "Concept",
    "Contour",
    "Counter",
    "Cursor",
    "Dashboard",
    "DataService",
    "Dataset",
    "DatasetUse",
    "DatasetViews",
    "Distribution",
    "ExternalIdentity",
    "FeedFollower",
    "FeedMember",
    "FeedMention",
    "FigureAlert",
    "FollowedSearch",
    "FormerAddress",
    "FormerObservation",
    "FormerPath",
    "Grant",
    "GroupMember",
    "Identity",
    "IndexCheck",
    "Indicator",
    "Invitation",
    "KeptAnswer",
    "LateNotice",
    "Layer",
    "Limits",
    "LinkCheck",
    "LinkHost",
    "LinkUse",
    "LoginTrace",
    "Mandate",
    "Notice",
    "Observation",
    "ObservedColumn",
    "OpenSession",
    "Organisation",
    "OutgoingMail",
    "Page",
    "Population",
    "Proposal",
    "Question",
    "Reckoning",
    "Record",
    "RecoveryCode",
    "Release",
    "Replacement",
    "ResetRequest",
    "Reuse",
    "ReusedDataset",
    "Score",
    "SearchDay",
    "SearchTally",
    "SearchTotal",
    "SecondStep",
    "ShownTheme",
    "Submission",
    "SynonymTable",
    "Table",
    "TableDecision",
    "TableVersion",
    "Territory",
    "TerritoryTag",
    "ToldRecord",
    "Unsent",
    "UseTotal",
    "User",
    "Vocabulary",
    "Withheld",
    "in_french",
    "in_reading",
    "language_of",
]
