//! Generated code gives the documents' numbers: from the macro and from the build script, unrolled and as kernels, in f64 and f32.

#[macro_use]
mod suite;

/// What the build script has compiled.
mod build_script {
    mod f64_unrolled {
        tapeless::include_nn!("f64_unrolled");
        suite!(f64);
        moons!();
    }
    mod f64_kernels {
        tapeless::include_nn!("f64_kernels");
        suite!(f64);
        moons!();
        circles!();
    }
    mod f32_unrolled {
        tapeless::include_nn!("f32_unrolled");
        suite!(f32);
    }
    mod f32_kernels {
        tapeless::include_nn!("f32_kernels");
        suite!(f32);
    }
}

/// The same programs as bodies of `nn!`.
mod macros {
    mod f64_unrolled {
        include!(concat!(env!("OUT_DIR"), "/f64_unrolled_macro.rs"));
        suite!(f64);
        moons!();
        circles!();
    }
    mod f64_kernels {
        include!(concat!(env!("OUT_DIR"), "/f64_kernels_macro.rs"));
        suite!(f64);
        moons!();
    }
    mod f32_unrolled {
        include!(concat!(env!("OUT_DIR"), "/f32_unrolled_macro.rs"));
        suite!(f32);
    }
    mod f32_kernels {
        include!(concat!(env!("OUT_DIR"), "/f32_kernels_macro.rs"));
        suite!(f32);
    }
}
