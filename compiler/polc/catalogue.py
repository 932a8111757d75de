"""All problems that polc can report, of the language and of the compiler, and how to find one by its code."""

from __future__ import annotations

from typing import ClassVar

from pol_lang.catalogue import CATALOGUE as LANGUAGE
from pol_lang.problem import Problem, Problems, near_names
from polc.batch.closing_problems import ReversesClosed, YearClosed
from polc.batch.item_problems import (
    ItemOfOtherPerson,
    ItemOfRefusedClaim,
    ItemRefused,
    ItemsDoNotAdd,
    ItemsMissing,
    ItemsOfSeveral,
    ItemTwice,
    ItemWithoutClaim,
    NoItems,
)
from polc.batch.problems import (
    AlreadyReversed,
    BadMapping,
    BadOutputName,
    BadParquet,
    BadPolicyList,
    BadState,
    BatchMissing,
    ColumnType,
    EarlierRowRefused,
    FloatColumn,
    IdentitiesElsewhere,
    InputChanged,
    NoIdentities,
    NoPolicyForRow,
    NoSuchRow,
    NoTables,
    NotAPath,
    NotARun,
    OutputInside,
    OutputThere,
    PlanChanged,
    ResultDiffers,
    ReversalDiffers,
    ReversalUnclear,
    ReversesNothing,
    RowNotSettled,
    RunGoingOn,
    SeveralPoliciesForRow,
    StateOfOtherPlan,
)
from polc.batch.spark_problems import (
    NoMachines,
    NoMaster,
    NotShared,
    OtherPolc,
    PolcMissing,
    SparkFailed,
    SparkMissing,
    SparkPython,
)
from polc.calendars import WorkdaysUnknown
from polc.claims.claim import DischargeBeforeAdmission, MissingDate, OtherPerson
from polc.claims.earlier import DeductionsAboveCost, DeductionsMissing, UnknownRunningSum
from polc.claims.parts import CostDoesNotAdd, MissingParts, MissingTotal
from polc.claims.persons import NoIdentityHeld, PeriodReversed, UnknownIdentity
from polc.claims.read_case import DuplicateClaim, UnknownClaim
from polc.claims.tables import (
    BadTable,
    MissingColumn,
    MisspeltColumn,
    PersonContradiction,
    PersonRefused,
    RowWidth,
    UnknownColumn,
    UnknownPerson,
)
from polc.claims.tree_problems import (
    BadSyntax,
    ClaimFileTooLarge,
    EmptyClaimFile,
    KeyTwice,
    NotATable,
    NotClaimText,
    OddCharacter,
    TooDeeplyNested,
)
from polc.claims.values import (
    AbsurdAmount,
    DateOutsideCalendar,
    NegativeValue,
    NoSuchDate,
    NotANumber,
    TooManyDecimals,
    UnknownValue,
    WrongType,
)
from polc.claims.vocabulary import UnknownKey, WrongSection
from polc.cli.arms_covered import TooFewArms
from polc.cli.coverage import NotADocument, TooFewClauses
from polc.cli.explain import NoSuchClaim, NothingToPay
from polc.cli.failure import InternalError, SystemRefused, TooMuch
from polc.cli.fmt import StandardPolicy
from polc.cli.new import AlreadyThere, NoPolicyName
from polc.cli.paths import NoPolicyFiles
from polc.cli.read import CannotRead
from polc.cli.settings import BadSettings, BadSheetLanguage
from polc.cli.test import NothingTested
from polc.cli.write_file import CannotWrite
from polc.coverage.cover import NoSuchClause
from polc.cut_cost import NoCaseFits, NoPackagePrice
from polc.diff.obstacles import AmountsMultiplied, FactOfOtherKind, LeftOpen, TooManyCases
from polc.evaluate import BandsBroken, DivisionByZero, MissingFact
from polc.examples.file import WhichPolicy
from polc.examples.run import ExampleDiffers, NothingExpected, OtherKindExpected, UnknownExpectation
from polc.explain.why import NoSuchLayer
from polc.impact.problems import ListOfPolicies, OutsidePeriods, PersonsNeeded
from polc.impact.refused import CancelledUnderOne
from polc.lints.amended_twice import AmendedTwice
from polc.lints.cliff import Cliff
from polc.lints.dead_guard import DeadGuard
from polc.lints.levels import BadLevel, UnknownLint
from polc.lints.lowering_tilt import LoweringTilt
from polc.lints.no_source import NoSource
from polc.lints.odd_figure import OddFigure
from polc.lints.past_values import PastValue
from polc.lints.rates_fall import FallingRate
from polc.lints.unreached_cap import UnreachedCap
from polc.lints.unused_name import UnusedName
from polc.lints.unused_use import UnusedUse
from polc.lints.whole_amount import WholeAmount
from polc.load import NoSuchFile, OutsideFolder, TooManyFiles, UseCycle
from polc.localities import LeftToLocalities
from polc.lowering.forks import (
    BandCoordinates,
    BandMode,
    CapObject,
    CopayInBase,
    DerivedAmount,
    HowOften,
    MetBy,
    RepeatChain,
    SeveralIdentities,
    SeveralTilts,
    WhatCounts,
    WhichClaims,
    WhichYear,
)
from polc.lowering.name_problems import (
    IdentityAsValue,
    NotYetPaid,
    NoValueThen,
    OutOfBounds,
    OverlappingDates,
    RefersToItself,
    TooLong,
    Unbound,
    UnknownChoice,
    UnknownName,
    WrongKind,
    YearByOther,
)
from polc.lowering.structure import (
    CopayContradiction,
    CutTooLate,
    Incomplete,
    NeedsConstant,
    NeedsPart,
    NoBase,
    NotAlongBase,
    NothingForOthers,
    NothingPays,
    NothingToChange,
    OpenDeadline,
    OverflowNowhere,
    RatesFall,
    SharesDoNotAdd,
    StepOrder,
    StepTwice,
    TiltAboveOne,
    TwoBenefits,
)
from polc.lowering.table_problems import (
    BandAfterLast,
    BandGap,
    BandOverlap,
    EmptyBand,
    RateAboveOne,
    RowMissing,
    TableShape,
)
from polc.lowering.unit_problems import CannotCombine, PointsOrFactor, WrongArguments, WrongUnit
from polc.plan_json import PlanTooLarge
from polc.plot.drawn import ChartsMissing, NoChineseFont
from polc.plot.given import FactNeeded, UnknownFact
from polc.population.run_report import NoDay
from polc.population.schedule import NoAmount
from polc.population.subsidy import NoPayer
from polc.resolve_problems import (
    DeclaredTwice,
    Misplaced,
    NoneThere,
    NoPolicy,
    NothingAmended,
    NotOpen,
    UnknownTarget,
    WhichOne,
)
from polc.revisions import NoGit, NoSuchRevision
from polc.settle import (
    AmountTooLarge,
    LaterPeriod,
    OutOfForce,
    OutOfOrder,
    PartsDoNotAdd,
    StayNotSplit,
    UnknownAccumulator,
    UnknownContinued,
)
from polc.synth.problems import NotInForce


class UnknownCode(Problem):
    """There is no problem with this code. `polc rule` without a code lists all.
    ---
    没有这个问题代码。不带代码运行 `polc rule` 可列出全部。
    """

    asked: str = ""
    code = "C575"
    zh: ClassVar[str] = "没有问题代码“{asked}”"
    en: ClassVar[str] = "there is no problem code “{asked}”"
    hint_zh: ClassVar[str] = "用 polc rule 列出全部代码"
    hint_en: ClassVar[str] = "list all codes with: polc rule"


CATALOGUE: tuple[type[Problem], ...] = (
    *LANGUAGE,
    MissingFact,
    DivisionByZero,
    NoCaseFits,
    OutOfForce,
    WorkdaysUnknown,
    AmountTooLarge,
    StayNotSplit,
    UnknownContinued,
    OutOfOrder,
    UnknownAccumulator,
    NoPackagePrice,
    PartsDoNotAdd,
    LaterPeriod,
    BandsBroken,
    NotClaimText,
    BadSyntax,
    ClaimFileTooLarge,
    TooDeeplyNested,
    EmptyClaimFile,
    OddCharacter,
    NotATable,
    NoDay,
    UnknownKey,
    KeyTwice,
    WrongSection,
    WrongType,
    NotANumber,
    NegativeValue,
    AbsurdAmount,
    TooManyDecimals,
    CostDoesNotAdd,
    MissingTotal,
    MissingParts,
    UnknownIdentity,
    PeriodReversed,
    NoIdentityHeld,
    UnknownValue,
    NoSuchDate,
    DateOutsideCalendar,
    MissingDate,
    DischargeBeforeAdmission,
    DuplicateClaim,
    UnknownRunningSum,
    DeductionsMissing,
    DeductionsAboveCost,
    UnknownClaim,
    OtherPerson,
    BadTable,
    MissingColumn,
    MisspeltColumn,
    RowWidth,
    UnknownColumn,
    PersonContradiction,
    UnknownPerson,
    PersonRefused,
    NoPayer,
    NoAmount,
    CannotRead,
    CannotWrite,
    NoSuchClaim,
    NoPolicyFiles,
    AlreadyThere,
    UnknownCode,
    UnknownExpectation,
    OtherKindExpected,
    ExampleDiffers,
    NothingExpected,
    WhichPolicy,
    NothingTested,
    TooFewArms,
    NothingToPay,
    NoPolicyName,
    PlanTooLarge,
    TooMuch,
    SystemRefused,
    StandardPolicy,
    NoSuchLayer,
    NoSuchFile,
    NoGit,
    NoSuchRevision,
    OutsideFolder,
    UseCycle,
    TooManyFiles,
    DeclaredTwice,
    UnknownTarget,
    WhichOne,
    NoneThere,
    NothingAmended,
    NotOpen,
    NoPolicy,
    Misplaced,
    UnknownName,
    IdentityAsValue,
    WrongKind,
    NotYetPaid,
    RefersToItself,
    TooLong,
    Unbound,
    LeftToLocalities,
    NoValueThen,
    OutOfBounds,
    OverlappingDates,
    YearByOther,
    UnknownChoice,
    TableShape,
    RowMissing,
    BandGap,
    BandOverlap,
    EmptyBand,
    BandAfterLast,
    RateAboveOne,
    TwoBenefits,
    NoBase,
    StepOrder,
    StepTwice,
    TiltAboveOne,
    NothingForOthers,
    SharesDoNotAdd,
    NothingPays,
    NothingToChange,
    OverflowNowhere,
    Incomplete,
    RatesFall,
    NeedsPart,
    CapObject,
    HowOften,
    BandCoordinates,
    BandMode,
    CopayInBase,
    WhichYear,
    DerivedAmount,
    RepeatChain,
    SeveralIdentities,
    SeveralTilts,
    WhichClaims,
    MetBy,
    WhatCounts,
    NotAlongBase,
    NeedsConstant,
    CopayContradiction,
    OpenDeadline,
    CutTooLate,
    WrongUnit,
    CannotCombine,
    PointsOrFactor,
    WrongArguments,
    UnusedName,
    DeadGuard,
    UnreachedCap,
    FallingRate,
    LoweringTilt,
    Cliff,
    WholeAmount,
    NoSource,
    AmendedTwice,
    PastValue,
    UnusedUse,
    OddFigure,
    UnknownLint,
    BadLevel,
    BadSettings,
    BadSheetLanguage,
    NoSuchClause,
    ChartsMissing,
    NotInForce,
    OutsidePeriods,
    CancelledUnderOne,
    ListOfPolicies,
    NoChineseFont,
    UnknownFact,
    FactNeeded,
    PersonsNeeded,
    FactOfOtherKind,
    LeftOpen,
    AmountsMultiplied,
    TooManyCases,
    NotADocument,
    TooFewClauses,
    BatchMissing,
    IdentitiesElsewhere,
    SparkMissing,
    SparkFailed,
    SparkPython,
    PolcMissing,
    OtherPolc,
    NotShared,
    NoMaster,
    NoMachines,
    NoTables,
    NotAPath,
    BadParquet,
    FloatColumn,
    ColumnType,
    BadMapping,
    YearClosed,
    ReversesClosed,
    NoItems,
    ItemsMissing,
    ItemsDoNotAdd,
    ItemRefused,
    ItemTwice,
    ItemWithoutClaim,
    ItemOfRefusedClaim,
    ItemsOfSeveral,
    ItemOfOtherPerson,
    EarlierRowRefused,
    OutputInside,
    OutputThere,
    RunGoingOn,
    NoIdentities,
    BadOutputName,
    ReversesNothing,
    ReversalUnclear,
    ReversalDiffers,
    AlreadyReversed,
    NoPolicyForRow,
    SeveralPoliciesForRow,
    BadPolicyList,
    StateOfOtherPlan,
    BadState,
    InputChanged,
    PlanChanged,
    ResultDiffers,
    NoSuchRow,
    NotARun,
    RowNotSettled,
    InternalError,
)


def find(code: str) -> type[Problem]:
    """The problem class of a code, written in any case. Raises `Problems`."""
    wanted = code.strip().upper()
    for cls in CATALOGUE:
        if cls.code == wanted:
            return cls
    codes = [cls.code for cls in CATALOGUE]
    near = tuple(known for known in codes if wanted and known.startswith(wanted))[:3] or near_names(wanted, codes)
    raise Problems([UnknownCode(where="polc rule", asked=code, near=near)])
