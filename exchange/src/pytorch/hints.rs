//! What to try where names differ: a module of theirs that is left over and has exactly what one of ours misses. It is said, not done.

use std::collections::BTreeSet;

use super::ways::Way;
use crate::Place;
use crate::file::Stored;
use crate::names::join;

/// More left over than this is another network, not another name.
const MOST: usize = 200;

/// Pairs of theirs and ours that would fit, where there is one choice only.
pub(super) fn hints(missing: &[(&Place, Vec<Way>)], left: &[&Stored]) -> Vec<(String, String)> {
    if left.len() > MOST || missing.len() > MOST {
        return Vec::new();
    }
    let mut theirs = BTreeSet::new();
    for stored in left {
        theirs.extend(stored.name.match_indices('.').map(|(at, _)| &stored.name[..at]));
    }
    let mut ours: Vec<&str> = Vec::new();
    for way in missing.iter().flat_map(|(_, ways)| ways) {
        if !ours.contains(&way.ours.as_str()) {
            ours.push(&way.ours);
        }
    }
    let mut out = Vec::new();
    let mut named = BTreeSet::new();
    for module in ours {
        let of_module: Vec<(&Place, Vec<&Way>)> = missing
            .iter()
            .map(|(place, ways)| (*place, ways.iter().filter(|way| way.ours == module).collect::<Vec<_>>()))
            .filter(|(place, ways)| !ways.is_empty() && !named.contains(&place.path))
            .collect();
        let has = |candidate: &str, place: &Place, way: &Way| {
            way.tensors.iter().all(|tensor| {
                let name = join(candidate, tensor);
                left.iter().any(|stored| stored.name == name && stored.shape == way.shape(&place.shape))
            })
        };
        let fits = |candidate: &&&str| of_module.iter().all(|(place, ways)| ways.iter().any(|way| has(candidate, place, way)));
        let mut fitting = theirs.iter().filter(fits);
        if let (false, Some(only), None) = (of_module.is_empty(), fitting.next(), fitting.next()) {
            out.push(((*only).to_owned(), module.to_owned()));
            named.extend(of_module.iter().map(|(place, _)| place.path.clone()));
        }
    }
    out
}
