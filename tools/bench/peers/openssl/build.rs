//! Builds OpenSSL from the source that the crate openssl-src carries, and the C++ peer against it.
use std::path::PathBuf;

const SOURCES: [&str; 5] = ["main", "context", "pair", "modes", "memory"];

/// The directories of headers and of libraries.
fn openssl() -> (PathBuf, PathBuf) {
    // OpenSSL takes minutes: what an earlier run of this script installed here stays good.
    let out = PathBuf::from(std::env::var("OUT_DIR").unwrap());
    let installed = out.join("openssl-build").join("install");
    for name in ["lib", "lib64"] {
        if installed.join(name).join("libssl.a").exists() {
            return (installed.join("include"), installed.join(name));
        }
    }
    let built = openssl_src::Build::new().build();
    (built.include_dir().into(), built.lib_dir().into())
}

fn main() {
    let (include, lib) = openssl();
    cc::Build::new()
        .cpp(true)
        .std("c++20")
        .opt_level(2)
        .include(include)
        .files(SOURCES.map(|name| format!("../libssl/{name}.cpp")))
        .compile("peer");
    println!("cargo:rustc-link-search=native={}", lib.display());
    println!("cargo:rustc-link-lib=static=ssl");
    println!("cargo:rustc-link-lib=static=crypto");
    println!("cargo:rerun-if-changed=../libssl");
    println!("cargo:rerun-if-changed=../cxx");
    for name in ["CC", "CXX"] {
        println!("cargo:rerun-if-env-changed={name}");
    }
}
