//! OpenSSL: the C++ of ../libssl, over the OpenSSL that build.rs makes.
use std::ffi::{c_char, c_int, CString};

extern "C" {
    fn bench_peer_main(argc: c_int, argv: *const *const c_char) -> c_int;
}

fn main() {
    let args: Vec<CString> = std::env::args()
        .map(|arg| CString::new(arg).expect("an argument holds no NUL"))
        .collect();
    let pointers: Vec<*const c_char> = args.iter().map(|arg| arg.as_ptr()).collect();
    // SAFETY: argc pointers to strings that end in NUL and outlive the call.
    let code = unsafe { bench_peer_main(pointers.len() as c_int, pointers.as_ptr()) };
    std::process::exit(code);
}
