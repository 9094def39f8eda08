//! Compiles the limit that Nacre's own benchmark measures, over AWS-LC.
fn main() {
    // The crate tells where its headers are under a name that has its version.
    let include = std::env::vars()
        .find(|(name, _)| name.starts_with("DEP_AWS_LC_") && name.ends_with("_INCLUDE"))
        .expect("aws-lc-sys tells where its headers are")
        .1;
    let ours = ["limit.cpp", "limit_records.cpp", "meter.cpp"];
    cc::Build::new()
        .cpp(true)
        .std("c++23")
        .opt_level(2)
        .include("include")
        .include("../../../../include")
        .include(include)
        .files(ours.map(|name| format!("../../{name}")))
        .file("main.cpp")
        .compile("limit");
    println!("cargo:rerun-if-changed=include");
    println!("cargo:rerun-if-changed=main.cpp");
    println!("cargo:rerun-if-changed=../../../../include");
    for name in ours
        .into_iter()
        .chain(["limit_kem.h", "meter.h", "bursts.h", "cases.h"])
    {
        println!("cargo:rerun-if-changed=../../{name}");
    }
}
