//! Tells the harness which versions of the peers the lock file pins: the crates do not say.
fn main() {
    let path = "../Cargo.lock";
    println!("cargo:rerun-if-changed={path}");
    let lock = std::fs::read_to_string(path).expect("the workspace has its lock file");
    for (name, variable) in [
        ("rustls", "RUSTLS_VERSION"),
        ("s2n-tls", "S2N_TLS_VERSION"),
        ("aws-lc-sys", "AWS_LC_SYS_VERSION"),
    ] {
        let start = format!("name = \"{name}\"\nversion = \"");
        let version = lock
            .split(&start)
            .nth(1)
            .and_then(|rest| rest.split('"').next());
        let version = version.unwrap_or_else(|| panic!("{path} has no {name}"));
        println!("cargo:rustc-env={variable}={version}");
    }
}
