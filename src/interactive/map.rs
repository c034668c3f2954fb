//! The areas of a GeoJSON as paths of SVG.
//!
//! Degrees are projected to a plane on which lengths in both directions are the same in the middle latitude
//! (equirectangular). No point is left out, but neighbours that fall on one place of the grid are one.

use std::collections::HashMap;
use std::fmt::Write as _;

use serde::Serialize;
use serde_json::Value;

use crate::error::{Error, ErrorKind, Fault, FaultCode, Place, Result};
use crate::parallel::check_stop;

/// The longer side of the map, in units of its grid.
const SIDE: f64 = 4_000.0;

/// The map.
#[derive(Serialize, Debug, PartialEq)]
pub(super) struct Map {
    width: i64,
    height: i64,
    /// The place of the unit, −1 of an area without one, and its path.
    areas: Vec<(i64, String)>,
}

/// The rings of an area: lists of longitude and latitude.
type Rings = Vec<Vec<(f64, f64)>>;

/// Reads a GeoJSON. `keys` are the codes of the units; the last unit with a code is meant.
pub(super) fn read(geojson: &str, code: &str, keys: &[String]) -> Result<Map> {
    let document: Value = serde_json::from_str(geojson)
        .map_err(|error| refused(FaultCode::InvalidSyntax, "is no JSON", error, "a GeoJSON"))?;
    let features = match document.get("features").and_then(Value::as_array) {
        Some(features) => features.as_slice(),
        None => {
            return Err(refused(
                FaultCode::MissingKey,
                "has no features",
                "no list `features`",
                "a FeatureCollection",
            ));
        }
    };
    // A code that is used again has the day of its validity behind it.
    let codes = keys.iter().map(|key| key.split_once('@').map_or(key.as_str(), |(code, _)| code));
    let places: HashMap<&str, usize> =
        codes.enumerate().map(|(place, code)| (code, place)).collect();
    let mut areas: Vec<(i64, Rings)> = Vec::new();
    for (place, feature) in features.iter().enumerate() {
        check_stop();
        let own = feature.get("properties").and_then(|properties| properties.get(code));
        let own = own.filter(|own| !own.is_null()).or_else(|| feature.get("id"));
        let own = own.map(|own| own.as_str().map_or_else(|| own.to_string(), str::to_owned));
        let unit = own.and_then(|own| places.get(own.as_str()).copied());
        let mut rings = Rings::new();
        if let Some(geometry) = feature.get("geometry") {
            add_rings(geometry, &mut rings).map_err(|found| {
                refused(
                    FaultCode::OutOfRange,
                    &format!("has a feature, number {}, whose outline can't be drawn", place + 1),
                    found,
                    "rings of longitudes from −360 to 360 and latitudes from −90 to 90, in degrees",
                )
            })?;
        }
        areas.push((unit.map_or(-1, |unit| unit as i64), rings));
    }
    if areas.iter().all(|(unit, rings)| *unit < 0 || rings.is_empty()) {
        let some: Vec<&str> = keys.iter().take(3).map(String::as_str).collect();
        return Err(refused(
            FaultCode::NoSuchRow,
            "has no area with the code of a unit",
            format!("{} features", features.len()),
            &format!("codes such as {} in the property `{code}`", some.join(", ")),
        ));
    }
    Ok(drawn(areas))
}

#[cold]
fn refused(code: FaultCode, what: &str, found: impl ToString, expected: &str) -> Error {
    let fault = Fault::new(code, Place::Nowhere, format!("the map {what}"));
    let fault = fault.found(found.to_string()).expected(expected);
    Error::one(ErrorKind::Request, fault)
}

/// Adds the rings of a geometry; other geometries than areas have none.
fn add_rings(geometry: &Value, rings: &mut Rings) -> std::result::Result<(), String> {
    let parts = |key: &str| geometry.get(key).and_then(Value::as_array).map(Vec::as_slice);
    match geometry.get("type").and_then(Value::as_str) {
        Some("Polygon") => add_polygon(parts("coordinates").unwrap_or_default(), rings),
        Some("MultiPolygon") => {
            for polygon in parts("coordinates").unwrap_or_default() {
                add_polygon(polygon.as_array().map(Vec::as_slice).unwrap_or_default(), rings)?;
            }
            Ok(())
        }
        Some("GeometryCollection") => {
            parts("geometries").unwrap_or_default().iter().try_for_each(|one| add_rings(one, rings))
        }
        Some(_) | None => Ok(()),
    }
}

fn add_polygon(polygon: &[Value], rings: &mut Rings) -> std::result::Result<(), String> {
    for ring in polygon {
        let points = ring.as_array().map(Vec::as_slice).unwrap_or_default();
        let points = points.iter().map(|point| {
            let number = |place: usize| point.get(place).and_then(Value::as_f64);
            let degrees = number(0).zip(number(1));
            let degrees = degrees.filter(|(x, y)| x.abs() <= 360.0 && y.abs() <= 90.0);
            degrees.ok_or_else(|| point.to_string())
        });
        let points = points.collect::<std::result::Result<Vec<_>, _>>()?;
        if points.len() > 2 {
            rings.push(points);
        }
    }
    Ok(())
}

fn drawn(areas: Vec<(i64, Rings)>) -> Map {
    let points = || areas.iter().flat_map(|(_, rings)| rings).flatten();
    let (mut left, mut right) = (f64::INFINITY, f64::NEG_INFINITY);
    let (mut bottom, mut top) = (f64::INFINITY, f64::NEG_INFINITY);
    for (x, y) in points() {
        (left, right) = (left.min(*x), right.max(*x));
        (bottom, top) = (bottom.min(*y), top.max(*y));
    }
    let narrowing = ((bottom + top) / 2.0).to_radians().cos();
    let (width, height) = ((right - left) * narrowing, top - bottom);
    let longer = width.max(height);
    let scale = if longer > 0.0 { SIDE / longer } else { 1.0 };
    let on_grid = |(x, y): &(f64, f64)| {
        let (x, y) = ((x - left) * narrowing * scale, (top - y) * scale);
        (x.round() as i64, y.round() as i64)
    };
    let paths = areas.iter().map(|(unit, rings)| {
        let mut path = String::new();
        for ring in rings {
            check_stop();
            let mut last = on_grid(&ring[0]);
            // Writing to a text does not fail.
            let _ = write!(path, "M{} {}l", last.0, last.1);
            for point in &ring[1..] {
                let next = on_grid(point);
                let (x, y) = (next.0 - last.0, next.1 - last.1);
                if (x, y) != (0, 0) {
                    let (first, second) = (separator(&path, x), if y < 0 { "" } else { " " });
                    let _ = write!(path, "{first}{x}{second}{y}");
                    last = next;
                }
            }
            path.push('z');
        }
        (*unit, path.replace("lz", "z"))
    });
    Map {
        areas: paths.filter(|(_, path)| !path.is_empty()).collect(),
        width: (width * scale).round().max(1.0) as i64,
        height: (height * scale).round().max(1.0) as i64,
    }
}

/// What separates a number from the one before it: a minus does so too.
fn separator(path: &str, number: i64) -> &'static str {
    if number < 0 || path.ends_with('l') { "" } else { " " }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> Vec<String> {
        ["a", "7", "b@2020-01-01", "b@2025-01-01"].map(str::to_owned).to_vec()
    }

    fn feature(properties: &str, geometry: &str) -> String {
        format!(
            r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{properties},"geometry":{geometry}}}]}}"#
        )
    }

    const SQUARE: &str =
        r#"{"type":"Polygon","coordinates":[[[10,-1],[12,-1],[12,1],[10,1],[10,-1]]]}"#;

    #[test]
    fn an_area_is_drawn_with_north_at_the_top() {
        let map = read(&feature(r#"{"id":"a"}"#, SQUARE), "id", &keys()).unwrap();
        assert_eq!((map.width, map.height), (4_000, 4_000));
        assert_eq!(map.areas, [(0, "M0 4000l4000 0 0-4000-4000 0 0 4000z".to_owned())]);
        // At 60 degrees a degree of longitude is half as long as one of latitude.
        let north = SQUARE.replace("-1]", "59]").replace(",1]", ",61]");
        let map = read(&feature(r#"{"code":7}"#, &north), "code", &keys()).unwrap();
        assert_eq!((map.width, map.height, map.areas[0].0), (2_000, 4_000, 1));
        // Of a code that is used again the last unit is meant.
        let map = read(&feature(r#"{"id":"b"}"#, SQUARE), "id", &keys()).unwrap();
        assert_eq!(map.areas[0].0, 3);
    }

    #[test]
    fn what_is_no_map_is_refused() {
        for (geojson, said) in [
            ("[".to_owned(), "is no JSON"),
            ("{}".to_owned(), "has no features"),
            (
                r#"{"features":[]}"#.to_owned(),
                "has no area with the code of a unit: found 0 features",
            ),
            (
                feature(r#"{"id":"z"}"#, SQUARE),
                "codes such as a, 7, b@2020-01-01 in the property `id`",
            ),
            (feature("null", "null"), "has no area"),
            (feature(r#"{"id":"a"}"#, &SQUARE.replace("10", "512000")), "found [512000,-1]"),
            (feature(r#"{"id":"a"}"#, &SQUARE.replace("-1]", "null]")), "in degrees"),
        ] {
            let error = read(&geojson, "id", &keys()).unwrap_err();
            assert!(error.is_request() && error.to_string().contains(said), "{error}");
        }
    }
}
