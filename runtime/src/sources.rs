//! The text of this crate, for programs that write crates of their own with generated code in them: the command's `eval` compiles
//! against the very runtime that it was built with.

/// Each file of the crate's source by its path below `src`, ascending.
pub const SOURCES: &[(&str, &str)] = &[
    ("bodies.rs", include_str!("bodies.rs")),
    ("chunk.rs", include_str!("chunk.rs")),
    ("conv.rs", include_str!("conv.rs")),
    ("conv/correlate.rs", include_str!("conv/correlate.rs")),
    ("conv/image.rs", include_str!("conv/image.rs")),
    ("conv/weight.rs", include_str!("conv/weight.rs")),
    ("dispatch.rs", include_str!("dispatch.rs")),
    ("dual.rs", include_str!("dual.rs")),
    ("each.rs", include_str!("each.rs")),
    ("error.rs", include_str!("error.rs")),
    ("gather.rs", include_str!("gather.rs")),
    ("guard.rs", include_str!("guard.rs")),
    ("init.rs", include_str!("init.rs")),
    ("lane.rs", include_str!("lane.rs")),
    ("levels.rs", include_str!("levels.rs")),
    ("lib.rs", include_str!("lib.rs")),
    ("math.rs", include_str!("math.rs")),
    ("math/angle.rs", include_str!("math/angle.rs")),
    ("math/exact.rs", include_str!("math/exact.rs")),
    ("math/float.rs", include_str!("math/float.rs")),
    ("math/math32.rs", include_str!("math/math32.rs")),
    ("math/math64.rs", include_str!("math/math64.rs")),
    ("matmul.rs", include_str!("matmul.rs")),
    ("matmul/block.rs", include_str!("matmul/block.rs")),
    ("matmul/edge.rs", include_str!("matmul/edge.rs")),
    ("matmul/nt.rs", include_str!("matmul/nt.rs")),
    ("matmul/packed.rs", include_str!("matmul/packed.rs")),
    ("matmul/sums.rs", include_str!("matmul/sums.rs")),
    ("matmul/tile.rs", include_str!("matmul/tile.rs")),
    ("matmul/turn.rs", include_str!("matmul/turn.rs")),
    ("network.rs", include_str!("network.rs")),
    ("pieces.rs", include_str!("pieces.rs")),
    ("plain.rs", include_str!("plain.rs")),
    ("random.rs", include_str!("random.rs")),
    ("real.rs", include_str!("real.rs")),
    ("reduce.rs", include_str!("reduce.rs")),
    ("shapes.rs", include_str!("shapes.rs")),
    ("shuffle.rs", include_str!("shuffle.rs")),
    ("simd.rs", include_str!("simd.rs")),
    ("sources.rs", include_str!("sources.rs")),
    ("steps.rs", include_str!("steps.rs")),
    ("storage.rs", include_str!("storage.rs")),
    ("tile.rs", include_str!("tile.rs")),
    ("update.rs", include_str!("update.rs")),
    ("update/gradient.rs", include_str!("update/gradient.rs")),
    ("update/gradients.rs", include_str!("update/gradients.rs")),
    ("update/product.rs", include_str!("update/product.rs")),
    ("update/tiles.rs", include_str!("update/tiles.rs")),
    ("views.rs", include_str!("views.rs")),
    ("wide.rs", include_str!("wide.rs")),
    ("window.rs", include_str!("window.rs")),
    ("window/pairs.rs", include_str!("window/pairs.rs")),
];

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::string::String;
    use std::vec::Vec;

    fn walk(folder: &Path, prefix: &str, out: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = std::format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                walk(&entry.path(), &std::format!("{name}/"), out);
            } else {
                out.push(name);
            }
        }
    }

    #[test]
    fn no_file_is_missing() {
        let mut found = Vec::new();
        walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "", &mut found);
        found.sort();
        let listed: Vec<&str> = super::SOURCES.iter().map(|(path, _)| *path).collect();
        assert_eq!(found, listed, "list each file of runtime/src in runtime/src/sources.rs");
    }
}
