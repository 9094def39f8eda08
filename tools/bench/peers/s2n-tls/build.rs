//! Builds policy.c, which needs s2n's internal headers: they lie in the source of s2n-tls-sys.
use std::process::Command;

fn s2n_source() -> String {
    let cargo = std::env::var("CARGO").unwrap();
    let target = std::env::var("TARGET").unwrap();
    // For other platforms, and without the network, cargo would want crates that nothing has fetched.
    let arguments = ["metadata", "--locked", "--format-version", "1", "--filter-platform"];
    let output = Command::new(cargo).args(arguments).arg(target).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.split("\"manifest_path\":\"")
        .filter_map(|rest| rest.split('"').next())
        .find(|path| path.contains("/s2n-tls-sys-"))
        .and_then(|path| path.strip_suffix("/Cargo.toml"))
        .expect("cargo knows where s2n-tls-sys is")
        .to_owned()
}

/// The headers of the AWS-LC that s2n is built against: the crate tells them under its version.
fn aws_lc_include() -> String {
    std::env::vars()
        .find(|(name, _)| name.starts_with("DEP_AWS_LC_") && name.ends_with("_INCLUDE"))
        .expect("aws-lc-sys tells where its headers are")
        .1
}

fn main() {
    let source = s2n_source();
    // As s2n's own build does it.
    cc::Build::new()
        .file("policy.c")
        .warnings(false)
        .flag("-std=gnu11")
        .flag("-fgnu89-inline")
        .flag("-include")
        .flag(format!("{source}/lib/utils/s2n_prelude.h"))
        .define("NDEBUG", "1")
        .define("S2N_BUILD_RELEASE", "1")
        .include(format!("{source}/lib"))
        .include(format!("{source}/lib/api"))
        .include(aws_lc_include())
        .compile("policy");
    println!("cargo:rerun-if-changed=policy.c");
}
