//! What is measured in heap.
use crate::meter::{count_heap, report, Side};
use crate::pair::Pair;
use crate::{Peer, Spec};

/// All alive at once: what contexts keep for later hardly counts.
const PAIRS: usize = 500;

#[derive(Default)]
struct Sums {
    allocations: f64,
    peak: f64,
    live: f64,
}

impl Sums {
    fn note_handshake(&mut self, side: &Side) {
        self.allocations += side.allocations as f64;
        self.peak += side.peak as f64;
    }

    fn report<P: Peer>(&self, spec: &Spec, role: &str, inline: usize) {
        let case = format!("full/{}/{}", spec.group, spec.key);
        let mean = |metric, unit, sum: f64| {
            report::<P>(metric, &case, role, unit, sum / PAIRS as f64, PAIRS as u64)
        };
        if spec.releases {
            mean("idle_heap_released", "bytes", self.live);
            return;
        }
        mean("handshake_allocs", "allocs", self.allocations);
        mean("handshake_peak_heap", "bytes", self.peak);
        mean("idle_heap", "bytes", self.live);
        // Rust keeps a connection by value: that much of it is not on the heap.
        report::<P>("inline_struct", &case, role, "bytes", inline as f64, 1);
    }
}

pub fn memory<P: Peer>(directory: &str) {
    count_heap();
    for releases in [false, true] {
        if releases && !P::RELEASES {
            continue;
        }
        for group in ["x25519", "X25519MLKEM768"] {
            let spec = Spec {
                group,
                releases,
                ..Spec::default()
            };
            connections::<P>(directory, &spec);
        }
    }
    record_allocations::<P>(directory);
}

fn connections<P: Peer>(directory: &str, spec: &Spec) {
    let mut data = vec![0x62; 1_024];
    let context = P::context(directory, spec);
    let mut first = Pair::<P>::new(1 << 16);
    for _ in 0..20 {
        first.handshake(&context, spec, false);
        first.check(spec, false);
        first.exchange(&mut data);
        first.close();
    }
    let mut all: Vec<Pair<P>> = (0..PAIRS).map(|_| Pair::new(1 << 15)).collect();
    let (mut client, mut server) = (Sums::default(), Sums::default());
    for pair in &mut all {
        pair.handshake(&context, spec, false);
        client.note_handshake(&pair.client_side);
        server.note_handshake(&pair.server_side);
        pair.exchange(&mut data);
        if spec.releases {
            pair.release();
        }
        client.live += pair.client_side.live as f64;
        server.live += pair.server_side.live as f64;
    }
    client.report::<P>(spec, "client", std::mem::size_of::<P::Client>());
    server.report::<P>(spec, "server", std::mem::size_of::<P::Server>());
}

fn record_allocations<P: Peer>(directory: &str) {
    const RECORDS: u64 = 1_000;
    let spec = Spec {
        bulk: true,
        ..Spec::default()
    };
    let context = P::context(directory, &spec);
    let mut pair = Pair::<P>::new(1 << 16);
    pair.handshake(&context, &spec, false);
    let mut data = vec![0x61; 16_384];
    for i in 0..RECORDS + 100 {
        if i == 100 {
            pair.client_side = Side::default();
            pair.server_side = Side::default();
        }
        pair.send(&data, 1);
        pair.receive(&mut data, 1);
    }
    let mean = |role, side: &Side| {
        let value = side.allocations as f64 / RECORDS as f64;
        report::<P>("record_allocs", "16384", role, "allocs", value, RECORDS);
    };
    mean("seal", &pair.client_side);
    mean("open", &pair.server_side);
}
