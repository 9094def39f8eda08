//! CPU time and heap of one side, and the rows of JSON.
use crate::Peer;
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::OnceLock;

/// As heap_counter.c lays it out.
#[repr(C)]
#[derive(Default)]
struct HeapCounts {
    allocations: u64,
    frees: u64,
    live: i64,
    peak: i64,
}

/// The counter that LD_PRELOAD brings.
struct HeapCounter {
    get: extern "C" fn(*mut HeapCounts),
    reset_peak: extern "C" fn(),
}

impl HeapCounter {
    fn counts(&self) -> HeapCounts {
        let mut counts = HeapCounts::default();
        (self.get)(&mut counts);
        counts
    }
}

fn heap_counter() -> Option<&'static HeapCounter> {
    static COUNTER: OnceLock<Option<HeapCounter>> = OnceLock::new();
    let find = || {
        // SAFETY: symbols of these names are heap_counter.c's, which has them of these types.
        unsafe {
            let get = libc::dlsym(libc::RTLD_DEFAULT, c"shim_get".as_ptr());
            let reset = libc::dlsym(libc::RTLD_DEFAULT, c"shim_reset_peak".as_ptr());
            (!get.is_null() && !reset.is_null()).then(|| HeapCounter {
                get: std::mem::transmute::<*mut libc::c_void, extern "C" fn(*mut HeapCounts)>(get),
                reset_peak: std::mem::transmute::<*mut libc::c_void, extern "C" fn()>(reset),
            })
        }
    };
    COUNTER.get_or_init(find).as_ref()
}

/// Time and heap are never measured in one run: counting costs time.
static COUNTS_HEAP: AtomicBool = AtomicBool::new(false);

pub fn count_heap() {
    assert!(
        heap_counter().is_some(),
        "mem needs the heap counter preloaded"
    );
    COUNTS_HEAP.store(true, Ordering::Relaxed);
}

/// The thread's own time: what else runs on the machine does not count.
pub fn cpu_ns() -> u64 {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: `time` is there to be written.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

#[derive(Default, Clone, Copy)]
pub struct Side {
    pub ns: u64,
    pub allocations: u64,
    pub live: i64,
    pub peak: i64,
}

/// Runs `work` on the account of `side`.
pub fn charge<R>(side: &mut Side, work: impl FnOnce() -> R) -> R {
    if !COUNTS_HEAP.load(Ordering::Relaxed) {
        let start = cpu_ns();
        let result = work();
        side.ns += cpu_ns() - start;
        return result;
    }
    let counter = heap_counter().unwrap();
    (counter.reset_peak)();
    let before = counter.counts();
    let result = work();
    let after = counter.counts();
    side.allocations += after.allocations - before.allocations;
    side.peak = side.peak.max(side.live + (after.peak - before.live));
    side.live += after.live - before.live;
    result
}

pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

pub fn report<P: Peer>(metric: &str, case: &str, role: &str, unit: &str, value: f64, n: u64) {
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        r#"{{"peer":"{}","version":"{}","metric":"{metric}","case":"{case}","role":"{role}","unit":"{unit}","value":{value:.4},"n":{n}}}"#,
        P::NAME,
        P::VERSION
    )
    .unwrap();
    out.flush().unwrap();
}
