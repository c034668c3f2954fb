//! Bytes as a workbook, and as the XML of the sheet in a sound one.

use std::io::Cursor;

use attain::sources::{ExcelOptions, Layout, SourceFile, read_excel};

/// Bytes as a workbook: read, or refused with faults.
pub fn excel(bytes: &[u8]) {
    let Ok(file) = SourceFile::from_reader("t.xlsx", &mut Cursor::new(bytes)) else { return };
    for layout in [Layout::Auto, Layout::Tidy, Layout::Tracking] {
        let mut options = ExcelOptions::default();
        options.layout = layout;
        match read_excel(&file, &options) {
            Ok(imported) => assert!(imported.to_yaml().contains("plan")),
            Err(error) => assert!(!error.faults().is_empty() && !error.to_string().is_empty()),
        }
    }
}
