//! The model of a row: the catalogue's shape, with tables as the row states them.

use quarterdeck_catalog::{Catalog, Model, Recommendation};
use quarterdeck_workload::{DriftFactors, SampleWork};

use super::facts::Facts;
use crate::table::shortened;

/// User-item pairs of one sample of MLPerf inference, as the catalogue's models have them.
pub(super) fn pairs(work: &SampleWork, facts: &Facts) -> f64 {
    if facts.is_mlperf_inference() { work.samples_per_request } else { 1.0 }
}

fn plain(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

/// Name of the catalogue's model that a row means.
pub(super) fn id(catalog: &Catalog, facts: &Facts) -> Result<String, String> {
    let name = facts.model.trim();
    if let Ok(model) = catalog.model(name) {
        return match model.as_ref() {
            Model::Recommendation(model) => Ok(model.id.clone()),
            Model::Transformer(_) => Err(format!("`{}` is no recommendation model", shortened(name))),
        };
    }
    let name = plain(name);
    match () {
        () if name.contains("embeddingtables") => Err("tables alone are no model".to_owned()),
        () if name.contains("dcnv2") => Ok("dlrm-dcnv2".to_owned()),
        () if name.contains("mlperfdlrmv1")
            || name.contains("nvidiatf2dlrm")
            || name.contains("nvidiadlrm") =>
        {
            Ok("dlrm-mlperf-v1".to_owned())
        }
        () => Err(format!("the catalogue has no model `{}`", shortened(&facts.model))),
    }
}

/// Work of one sample of the row's model: lookups and table sizes as the row states them.
pub(super) fn work(catalog: &Catalog, facts: &Facts) -> Result<SampleWork, String> {
    let id = id(catalog, facts)?;
    let model = catalog.model(&id).map_err(|error| error.to_string())?;
    let Model::Recommendation(shape) = model.as_ref() else {
        return Err(format!("`{id}` is no recommendation model"));
    };
    let mut shape: Recommendation = shape.as_ref().clone();
    if let Some(lookups) = facts.lookups {
        let known = shape.table_lookups();
        if known > 0.0 && (lookups / known - 1.0).abs() > 0.05 {
            // One-hot data: as many rows as there are tables.
            let tables: f64 = shape.tables.iter().map(|group| f64::from(group.count)).sum();
            shape.tables.iter_mut().for_each(|group| group.pooling = lookups / tables);
        }
    }
    if let Some(billions) = facts.billions {
        let elements = |shape: &Recommendation| -> f64 {
            shape.tables.iter().map(|group| f64::from(group.count) * group.rows * f64::from(group.dim)).sum()
        };
        let known = elements(&shape);
        let factor = billions * 1e9 / known.max(1.0);
        if known > 0.0 && (factor - 1.0).abs() > 0.1 {
            shape.tables.iter_mut().for_each(|group| group.rows = (group.rows * factor).max(1.0));
        }
    }
    SampleWork::of(&shape, &DriftFactors::NONE).map_err(|missing| missing.join("; "))
}
