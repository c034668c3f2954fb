//! The structure message in SDMX-JSON 2.0.

use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use super::components::{COMPONENTS, Component, Part, Values, code_lists};
use super::flow::SdmxFlow;

const SCHEMA: &str = "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/structure-message/tools/schemas/2.0.0/sdmx-json-structure-schema.json";

/// The version of the data structure, the concepts and the code lists.
const VERSION: &str = "1.0";
const STRUCTURE: &str = "ATTAIN_ASSESSMENTS";
const CONCEPTS: &str = "ATTAIN_CONCEPTS";

impl SdmxFlow {
    /// The structure message of the dataflow: it is the same for all plans.
    pub(super) fn structure(&self, as_of: NaiveDate) -> String {
        let message = json!({
            "meta": {
                "schema": SCHEMA,
                "id": STRUCTURE,
                "test": false,
                "prepared": format!("{as_of}T00:00:00Z"),
                "contentLanguages": ["en"],
                "sender": {"id": self.agency.replace('.', "_")},
            },
            "data": {
                "dataflows": [self.dataflow()],
                "dataStructures": [self.data_structure()],
                "conceptSchemes": [self.concepts()],
                "codelists": self.code_lists(),
            },
        });
        format!("{message:#}\n")
    }

    /// An artefact that the agency maintains.
    fn maintained(&self, id: &str, version: &str, name: &str) -> Map<String, Value> {
        let mut artefact = Map::new();
        for (key, value) in
            [("id", id), ("name", name), ("version", version), ("agencyID", &self.agency)]
        {
            artefact.insert(key.to_owned(), json!(value));
        }
        artefact.insert("isExternalReference".to_owned(), json!(false));
        artefact
    }

    fn urn(&self, class: &str, id: &str) -> String {
        format!("urn:sdmx:org.sdmx.infomodel.{class}={}:{id}({VERSION})", self.agency)
    }

    fn dataflow(&self) -> Value {
        let mut flow = self.maintained(&self.id, &self.version, "Assessments of targets");
        let structure = self.urn("datastructure.DataStructure", STRUCTURE);
        flow.insert("structure".to_owned(), json!(structure));
        flow.into()
    }

    fn data_structure(&self) -> Value {
        let of = |part: Part| COMPONENTS.iter().filter(move |one| one.part == part);
        let dimensions: Vec<Value> = of(Part::Dimension)
            .enumerate()
            .map(|(position, one)| {
                let mut dimension = self.component(one);
                dimension.insert("position".to_owned(), json!(position));
                dimension.into()
            })
            .collect();
        let with_usage = |one: &Component| {
            let mut component = self.component(one);
            let usage = if one.is_mandatory() { "mandatory" } else { "optional" };
            component.insert("usage".to_owned(), json!(usage));
            component
        };
        let measures: Vec<Value> = of(Part::Measure).map(|one| with_usage(one).into()).collect();
        let attributes: Vec<Value> = of(Part::Attribute)
            .map(|one| {
                let mut attribute = with_usage(one);
                let relationship = json!({"observation": {}});
                attribute.insert("attributeRelationship".to_owned(), relationship);
                attribute.into()
            })
            .collect();
        let mut list = Map::new();
        list.insert("id".to_owned(), json!("DimensionDescriptor"));
        list.insert("dimensions".to_owned(), json!(dimensions));
        for one in of(Part::Time) {
            list.insert("timeDimension".to_owned(), self.component(one).into());
        }
        let mut structure = self.maintained(STRUCTURE, VERSION, "Assessments of targets");
        let components = json!({
            "dimensionList": list,
            "measureList": {"id": "MeasureDescriptor", "measures": measures},
            "attributeList": {"id": "AttributeDescriptor", "attributes": attributes},
        });
        structure.insert("dataStructureComponents".to_owned(), components);
        structure.into()
    }

    fn component(&self, of: &Component) -> Map<String, Value> {
        let format = |data_type: &str| json!({"format": {"dataType": data_type}});
        let representation = match of.values() {
            Values::Text => format("String"),
            Values::Number => format("Double"),
            Values::Integer => format("Integer"),
            Values::Boolean => format("Boolean"),
            Values::Day => format("GregorianDay"),
            Values::TimePeriod => format("ObservationalTimePeriod"),
            Values::Codes(list) => json!({"enumeration": self.urn("codelist.Codelist", list)}),
        };
        let concept = format!("{}.{}", self.urn("conceptscheme.Concept", CONCEPTS), of.id);
        let mut component = Map::new();
        component.insert("id".to_owned(), json!(of.id));
        component.insert("conceptIdentity".to_owned(), json!(concept));
        component.insert("localRepresentation".to_owned(), representation);
        component
    }

    fn concepts(&self) -> Value {
        let concepts: Vec<Value> = COMPONENTS
            .iter()
            .map(|one| json!({"id": one.id, "name": one.id, "description": one.doc()}))
            .collect();
        let mut scheme = self.maintained(CONCEPTS, VERSION, "Concepts of assessments");
        scheme.insert("concepts".to_owned(), json!(concepts));
        scheme.into()
    }

    fn code_lists(&self) -> Vec<Value> {
        let list = |of: super::components::CodeList| {
            let codes: Vec<Value> =
                of.codes.iter().map(|(id, name)| json!({"id": id, "name": name})).collect();
            let mut list = self.maintained(of.id, VERSION, of.name);
            list.insert("codes".to_owned(), json!(codes));
            list.into()
        };
        code_lists().into_iter().map(list).collect()
    }
}
