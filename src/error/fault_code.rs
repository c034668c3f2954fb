//! The codes of faults: what kind of mistake a fault is, for programs.

use std::io;

use super::codes::codes;
use crate::stats::StatsError;

codes! {
    /// The kind of a fault, for programs: a code keeps its meaning, while messages may change.
    ///
    /// ```
    /// use attain::error::FaultCode;
    ///
    /// let error = attain::Plan::from_yaml("attain: 1\nplan: p\ntarget: {}").unwrap_err();
    /// assert!(error.faults().iter().any(|fault| fault.code == FaultCode::UnknownKey));
    /// assert_eq!(FaultCode::UnknownKey.code(), "unknown_key");
    /// ```
    pub enum FaultCode as "fault code" {
        /// The file, text or table is empty. Check that the right one is given and that it was written to the end.
        EmptyInput = "empty_input",
        /// A text is not UTF-8. Save the file as UTF-8.
        WrongEncoding = "wrong_encoding",
        /// A text breaks the rules of YAML, JSON, TOML, CSV or an expression. Correct it at the place of the fault.
        InvalidSyntax = "invalid_syntax",
        /// A quote or bracket is opened and never closed. Close it.
        Unclosed = "unclosed",
        /// A character can't be used here: a control character, a tab, or white space of another kind. Remove or escape it.
        ForbiddenCharacter = "forbidden_character",
        /// The text uses a feature of its format that plans don't have: tags, comments in JSON, null in TOML. Write it
        /// without that feature.
        UnsupportedSyntax = "unsupported_syntax",
        /// Too many lists and maps are nested. Check whether one contains itself.
        TooDeep = "too_deep",
        /// The input exceeds a limit on memory, rows or file size. Raise the limit if the size is intended.
        LimitExceeded = "limit_exceeded",

        /// A map has a key that it does not know. Correct the spelling, or remove the key.
        UnknownKey = "unknown_key",
        /// A map lacks a key that it needs, or another map lacks it: `better` of an indicator, for instance. Add it.
        MissingKey = "missing_key",
        /// A map has the same key twice. Keep one of them.
        DuplicateKey = "duplicate_key",
        /// Keys exclude each other, or none of several alternatives is given. Keep exactly one.
        ConflictingKeys = "conflicting_keys",
        /// A key has no meaning at this place. Remove it or move it.
        MisplacedKey = "misplaced_key",

        /// The value is not a text. Put it in quotes.
        NotAText = "not_a_text",
        /// The value is not a number. Write it with digits and a decimal point, without quotes.
        NotANumber = "not_a_number",
        /// The value is not true or false.
        NotABoolean = "not_a_boolean",
        /// The value is not a date. Write it as 2025-07-01.
        NotADate = "not_a_date",
        /// The value names no period or window, or a period of another kind than its measure has. Write it as 2025, 2025-H1,
        /// 2025-Q1, 2025-05 or 2025-W07.
        NotAPeriod = "not_a_period",
        /// The value is not a list.
        NotAList = "not_a_list",
        /// The value is not a map of keys and values.
        NotAMap = "not_a_map",
        /// The value has none of the forms that its key accepts. Use one of the forms that the fault expects.
        WrongForm = "wrong_form",
        /// The value is none of a closed list: a method, a status, an option. Use one of those that the fault expects.
        UnknownChoice = "unknown_choice",
        /// The version of the plan format is unknown. Write `attain: 1`.
        UnknownVersion = "unknown_version",
        /// A name has characters that it can't have, or a meaning of its own such as a column or a period. Choose another
        /// name.
        InvalidId = "invalid_id",
        /// A number or a date lies outside the values that are possible here.
        OutOfRange = "out_of_range",
        /// A number is too large to be stored exactly. Use a larger unit.
        NumberTooLarge = "number_too_large",
        /// A range, span or window ends before it starts. Exchange the ends; the end of a span of days is exclusive.
        EmptyRange = "empty_range",
        /// Items that need an order are not in it: versions, grades, thresholds. Sort them.
        WrongOrder = "wrong_order",
        /// A list names the same item twice. Remove one of them.
        DuplicateEntry = "duplicate_entry",
        /// An id is used for two things. Rename one of them.
        DuplicateId = "duplicate_id",
        /// There are more items than possible. Remove some, or divide the plan.
        TooMany = "too_many",
        /// A list or series is empty, or has fewer items than necessary. Add some.
        TooFew = "too_few",

        /// No unit has this code. Correct it, or add the unit to the plan.
        UnknownUnit = "unknown_unit",
        /// No level of units has this name. Correct it, or add the level to the plan.
        UnknownLevel = "unknown_level",
        /// No measure has this id. Correct it, or add the measure to the plan.
        UnknownMeasure = "unknown_measure",
        /// No stratum has this id. Correct it, or add the stratum to the plan.
        UnknownStratum = "unknown_stratum",
        /// The stratum has no such category. Correct it, or add the category to the plan.
        UnknownCategory = "unknown_category",
        /// No indicator has this id. Correct it, or add the indicator to the plan.
        UnknownIndicator = "unknown_indicator",
        /// No target has this id. Correct it, or add the target to the plan.
        UnknownTarget = "unknown_target",
        /// The plan declares nothing with this id: a campaign, standard, score, award and so on. Correct it, or declare it.
        UnknownId = "unknown_id",

        /// Units have no parent although their level is not the topmost. Name one.
        MissingParent = "missing_parent",
        /// A unit, level or standard is on the wrong level of the hierarchy. Choose one of the level that the fault expects.
        WrongLevel = "wrong_level",
        /// A unit or standard does not exist on the days in question. Use the one that is valid then, or correct its dates.
        OutsideValidity = "outside_validity",
        /// A day or period lies outside its window. Use a day of the window.
        OutsideWindow = "outside_window",
        /// A unit begins or ends with a change of boundaries that does not mention it. Add a passage.
        BoundaryGap = "boundary_gap",
        /// Weights of the parts of a unit, or of the categories of a standard population, are missing or have the wrong
        /// sum. Complete or correct them.
        WrongWeights = "wrong_weights",
        /// A definition depends on itself. Remove one of the dependencies.
        CircularReference = "circular_reference",
        /// No value can meet the goal. Correct the number, or use another kind of goal.
        UnreachableGoal = "unreachable_goal",
        /// The goal can't be combined with this cascade, trajectory or milestone. Use another kind of goal.
        UnsuitableGoal = "unsuitable_goal",
        /// The measure can't be used here: it is signed, does not add up, or is a published value. Use another measure.
        UnsuitableMeasure = "unsuitable_measure",
        /// The indicator has no answer to this question. Use one of the kinds that the fault expects.
        UnsuitableIndicator = "unsuitable_indicator",
        /// The target has no answer to this question: it has no cascade, no categories, or several rows. Use another
        /// target, or add the key that is missing.
        UnsuitableTarget = "unsuitable_target",
        /// Things that are combined differ in what has to be equal: the windows of targets, the vintages of weights. Make
        /// them equal.
        InconsistentParts = "inconsistent_parts",
        /// The measure is not recorded by this stratum. Add the stratum to the measure, or leave the category out.
        StratumNotRecorded = "stratum_not_recorded",

        /// The input is not a table of outcomes. Give one with a header row or column names.
        NotATable = "not_a_table",
        /// The columns are not separated by commas. Save the table as CSV with commas.
        WrongSeparator = "wrong_separator",
        /// A row has more or fewer fields than the header. Check its commas and quotes.
        UnevenRow = "uneven_row",
        /// A column is missing. Add or rename it.
        MissingColumn = "missing_column",
        /// The rows of a report have no column of this name. Correct it.
        UnknownColumn = "unknown_column",
        /// A table has two columns of the same name. Remove or rename one.
        DuplicateColumn = "duplicate_column",
        /// A column is not used because its name is spelt differently. Correct its name, or choose a distinct one.
        MisspeltColumn = "misspelt_column",
        /// The type of a column or an argument can't be read. Convert it to one that the fault expects.
        WrongType = "wrong_type",
        /// A field is empty. Fill it.
        MissingValue = "missing_value",
        /// A number is NaN or infinite. Use a finite number, or null with a status.
        NotFinite = "not_finite",
        /// A value is negative. Correct it, or add `signed: true` to the measure.
        NegativeValue = "negative_value",
        /// A value has a fraction, and the measure has `whole: true`. Correct it, or remove the key.
        FractionalValue = "fractional_value",
        /// The status contradicts the value, or marks the row as a forecast. Correct one of them, or remove the row.
        UnsuitableStatus = "unsuitable_status",
        /// A row says more than once which days it is about. Fill `date`, or `start` and `end`, or `period`.
        ConflictingDates = "conflicting_dates",
        /// The figures of a measure that is due each month (or another period) are only of first days, or only of last days,
        /// of months. Read the rows with the option `date_is`, or write the periods under `period`.
        DaysForPeriods = "days_for_periods",
        /// A row was recorded before its first day. Correct one of the dates.
        RecordedTooEarly = "recorded_too_early",
        /// Two figures have the same unit, days, measure and categories. Remove one, or give revisions their `recorded_at`.
        DuplicateRow = "duplicate_row",
        /// A part is larger than its whole. Correct one of them, or use a `ratio`.
        PartExceedsWhole = "part_exceeds_whole",
        /// A total of the year to date is less than an earlier one of the same year, and both were recorded on the same day.
        /// Correct one of them, give corrected totals their `recorded_at`, or add `signed: true` to the measure.
        FallingTotal = "falling_total",
        /// One measure has both figures and events. Record it one way.
        FiguresAndEvents = "figures_and_events",
        /// A table or file contradicts itself or is incomplete. Create it again.
        DamagedData = "damaged_data",
        /// Something of a source has no place in a plan or in outcomes, and the import is strict. Import it without `strict`, or
        /// change the source.
        LeftOut = "left_out",
        /// The source of a table failed while it was read. The fault has the message of the source.
        ReadingFailed = "reading_failed",

        /// There is no such file or folder. Check the path.
        NoSuchFile = "no_such_file",
        /// The operating system denies access to the file. Change its permissions.
        PermissionDenied = "permission_denied",
        /// The path is a folder, and a file is necessary. Name a file in it.
        IsAFolder = "is_a_folder",
        /// The file can't be read for another reason, which the message states.
        UnreadableFile = "unreadable_file",
        /// The file can't be written for another reason, which the message states.
        UnwritableFile = "unwritable_file",
        /// A plan names a file that it may not read. Move the file to the plan's folder, or allow its folder with `tables`.
        ForbiddenFile = "forbidden_file",
        /// The ending of a file or the name of a format is unknown. Use one that the fault expects.
        UnknownFormat = "unknown_format",

        /// The report has no such row. Check target, unit and window.
        NoSuchRow = "no_such_row",
        /// Several rows fit the request. Name more of the unit, the window and the stratum.
        AmbiguousRequest = "ambiguous_request",
        /// Two arguments can't be combined. Leave one out.
        ConflictingArguments = "conflicting_arguments",
        /// Tally, report and plan belong to different plans. Use the plan that they were made for.
        OtherPlan = "other_plan",
        /// Plan and tally use the boundaries of different days. Convert the tally with `in_geography`.
        OtherBoundaries = "other_boundaries",
        /// The tally was made for other days. Make it for this day too, or without naming days.
        OtherDays = "other_days",
        /// Columns of one call have different lengths or types. Use columns of the same table.
        UnequalColumns = "unequal_columns",
        /// The values together don't determine an answer. The fault says what would.
        Undetermined = "undetermined",
        /// The caller stopped the call.
        Stopped = "stopped",
    }
}

/// The code of a file that can't be read.
impl From<&io::Error> for FaultCode {
    fn from(cause: &io::Error) -> Self {
        match cause.kind() {
            io::ErrorKind::NotFound => FaultCode::NoSuchFile,
            io::ErrorKind::PermissionDenied => FaultCode::PermissionDenied,
            io::ErrorKind::IsADirectory => FaultCode::IsAFolder,
            _ => FaultCode::UnreadableFile,
        }
    }
}

/// The code of an argument for which a statistic has no answer.
impl From<&StatsError> for FaultCode {
    fn from(error: &StatsError) -> Self {
        match error {
            StatsError::UnequalLengths { .. } => FaultCode::UnequalColumns,
            StatsError::Undetermined { .. } => FaultCode::Undetermined,
            StatsError::TooFew { .. } => FaultCode::TooFew,
            // `StatsError` may grow; what it refuses is an argument outside of its range.
            StatsError::OutOfRange { .. } | _ => FaultCode::OutOfRange,
        }
    }
}
