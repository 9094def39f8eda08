//! AWS-LC's primitives alone: the least that any library over them needs. The C++ of
//! ../../../limit.cpp.
use aws_lc_sys as _; // for linking

extern "C" {
    fn bench_measure_limit(seconds: f64);
}

fn main() {
    let seconds = std::env::args().nth(1).and_then(|text| text.parse().ok());
    // SAFETY: it takes any number.
    unsafe { bench_measure_limit(seconds.unwrap_or(0.3)) };
}
