//! Bytes as files of other systems.

use attain::sources::{
    Dhis2Options, IatiOptions, Imported, SdmxDialect, SdmxOptions, SourceFile, read_dhis2,
    read_iati, read_sdmx,
};
use attain::{Plan, Result};

/// A file of SDMX-CSV; or one of Open SDG and, behind a zero byte, its configuration.
pub fn sdmx(bytes: &[u8]) {
    let mut parts = bytes.splitn(2, |byte| *byte == 0);
    let Some(rows) = file(parts.next().unwrap_or_default()) else { return };
    let mut options = SdmxOptions::default().dialect(SdmxDialect::OpenSdg);
    options.config = parts.next().and_then(file);
    read(read_sdmx(std::slice::from_ref(&rows), &options));
    read(read_sdmx(&[rows], &SdmxOptions::default()));
}

/// A file of IATI activities.
pub fn iati(bytes: &[u8]) {
    let Some(file) = file(bytes) else { return };
    read(read_iati(&[file], &IatiOptions::default()));
}

/// A file of metadata, and of values and registrations: up to a zero byte each.
pub fn dhis2(bytes: &[u8]) {
    let mut parts = bytes.splitn(3, |byte| *byte == 0);
    let [Some(metadata), Some(values), Some(registrations)] =
        std::array::from_fn(|_| file(parts.next().unwrap_or_default()))
    else {
        return;
    };
    let options = Dhis2Options::default();
    read(read_dhis2(&[metadata], &[values], &[registrations], &options));
}

/// A file that can be read: compressed ones may be damaged.
fn file(mut bytes: &[u8]) -> Option<SourceFile> {
    SourceFile::from_reader("fuzz", &mut bytes).ok()
}

/// What is read is a document; what is refused has faults. A plan of the document reads the outcomes or says why not.
fn read(imported: Result<Imported>) {
    match imported {
        Ok(imported) => {
            assert!(!imported.to_string().is_empty());
            if let Ok(plan) = Plan::from_document(&imported.plan, None) {
                let _ = imported.tally(&plan).map_err(|error| assert!(!error.faults().is_empty()));
            }
        }
        Err(error) => assert!(!error.faults().is_empty() && !error.to_string().is_empty()),
    }
}
