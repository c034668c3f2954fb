//! The report as SDMX-CSV 2.0, with the structure message that describes its columns.
//!
//! * `flow`: the dataflow that observations belong to.
//! * `components`: the columns: what each says, and the text of its cells.
//! * `time`: windows as time periods.
//! * `structure`: the structure message in SDMX-JSON 2.0.

mod components;
mod flow;
mod structure;
mod time;

use std::error::Error as StdError;
use std::io::Write;
use std::path::Path;

use super::write_text;
use crate::assess::{Reason, Texts};
use crate::error::Result;
use crate::output::{unwritable, write_whole};
use crate::parallel::check_stop;
use crate::report::Report;
use components::{COMPONENTS, Component, ComponentCell, Observation, Shared};

pub use flow::SdmxFlow;

/// The file that [`Report::write_sdmx`] writes beside the observations.
pub const SDMX_STRUCTURE_FILE: &str = "attain.dsd.json";

type Failure = Box<dyn StdError + Send + Sync>;

impl Report {
    /// Writes the rows as observations in SDMX-CSV 2.0, and `attain.dsd.json` beside them: the structure message in SDMX-JSON
    /// 2.0 with the dataflow, the data structure, the concepts and the code lists. Files of these names are replaced.
    ///
    /// | component | content |
    /// |---|---|
    /// | `REF_AREA`, `TARGET`, `INDICATOR`, `STRATUM`, `TIME_PERIOD`, `FREQ` | the dimensions; `_T` in `STRATUM` is all categories |
    /// | `OBS_VALUE` | the value; `NaN` where there is none |
    /// | `GOAL`, `GOAL_UPPER`, `GOAL_COMPARATOR`, `VERDICT` … | attributes, from the columns of [`Assessment`](crate::Assessment) |
    ///
    /// `TIME_PERIOD` is a Gregorian year, half, quarter or month, a week of ISO 8601 or a day where the window is one of them:
    /// `2023-Q1`. Other windows are a day and a number of days: `2022-12-15/P62D`. `OBS_STATUS` follows from the value and
    /// the reason:
    ///
    /// | value | reason | `OBS_STATUS` |
    /// |---|---|---|
    /// | none | `suppressed`, `few_events` | `Q` |
    /// | none | `unit_not_valid` | `M` |
    /// | none | any other | `O` |
    /// | a number | `provisional` | `P` |
    /// | a number, over 50 % of which is imputed | any other | `E` |
    /// | a number | any other | `A` |
    ///
    /// If a unit's code is used again, rows of the validities that do not contain the window are left out: two observations
    /// would have the same key. The option `sdmx` of [`sources`](crate::sources) reads the file again.
    ///
    /// ```
    /// use attain::exchange::SdmxFlow;
    /// use attain::{Outcome, Plan, Tally, When, calendar};
    /// # let plan = Plan::from_yaml(r#"{attain: 1, plan: p, measures: {cases: {}}, indicators: {known: {count: cases}},
    /// #     targets: {few: {indicator: known, goal: {at_most: 9}, window: 2025-Q1}},
    /// #     units: {levels: [city], list: [{id: "01", name: Huế, level: city}]}}"#)?;
    /// # let folder = std::env::temp_dir().join(format!("attain-write-sdmx-{}", std::process::id()));
    /// # std::fs::create_dir_all(&folder).unwrap();
    /// # let path = folder.join("rows.csv");
    /// let mut tally = Tally::new(&plan);
    /// tally.record(&Outcome::new("01", When::Period("2025-Q1".into()), "cases", 12.0))?;
    /// let report = plan.assess(&tally, calendar::date("2025-04-30").unwrap())?;
    /// report.write_sdmx(&path, &"HEALTH:GOALS(1.0)".parse::<SdmxFlow>()?)?;
    /// let text = std::fs::read_to_string(&path).unwrap();
    /// assert!(text.contains("dataflow,HEALTH:GOALS(1.0),R,Q,01,few,known,_T,2025-Q1,12,A,"));
    /// # std::fs::remove_dir_all(folder).unwrap();
    /// # Ok::<(), attain::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_file`](crate::Error::is_file) if a file can't be written.
    pub fn write_sdmx(&self, path: impl AsRef<Path>, flow: &SdmxFlow) -> Result<()> {
        let path = path.as_ref();
        let observations = |file: &mut std::fs::File| -> std::result::Result<(), Failure> {
            let mut buffered = std::io::BufWriter::new(file);
            self.write_observations(&mut buffered, flow)?;
            buffered.flush()?;
            Ok(())
        };
        write_whole(path, observations).map_err(|cause| unwritable(path, cause))?;
        let structure = flow.structure(self.as_of());
        write_text(&path.with_file_name(SDMX_STRUCTURE_FILE), &structure)
    }

    fn write_observations(
        &self,
        file: &mut impl Write,
        flow: &SdmxFlow,
    ) -> std::result::Result<(), Failure> {
        let mut table = csv::Writer::from_writer(file);
        let fixed = ["STRUCTURE", "STRUCTURE_ID", "ACTION"];
        table.write_record(fixed.into_iter().chain(COMPONENTS.iter().map(|one| one.id)))?;
        let (plan, flow) = (self.plan(), flow.to_string());
        let texts = Texts::of(plan);
        let cells: Vec<ComponentCell> = COMPONENTS.iter().map(Component::cell).collect();
        for (common, block) in self.blocks() {
            let shared = Shared::of(&common);
            for row in common.assessments(block.rows(), &texts) {
                check_stop();
                if row.reason == Some(Reason::UnitNotValid)
                    && plan.units().versions(&row.unit).len() > 1
                {
                    continue;
                }
                let observation = Observation { row: &row, shared: &shared };
                for text in ["dataflow", &flow, "R"] {
                    table.write_field(text)?;
                }
                for cell in &cells {
                    table.write_field(cell.text(&observation).as_bytes())?;
                }
                table.write_record(None::<&[u8]>)?;
            }
        }
        table.flush()?;
        Ok(())
    }
}
