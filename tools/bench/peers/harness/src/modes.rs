//! What is measured in time.
use crate::meter::{cpu_ns, median, report, Side};
use crate::pair::Pair;
use crate::{Peer, Spec};

const WIRE_SIZE: usize = 1 << 16;
/// Record sizes, and how many records go out before they are read: a wire of 1 MiB at the most.
const RECORDS: [(usize, u64); 3] = [(16_384, 64), (1_024, 512), (64, 2_048)];

fn repeat<P: Peer>(
    pair: &mut Pair<P>,
    context: &P::Context,
    spec: &Spec,
    resumes: bool,
    count: u64,
) {
    for _ in 0..count {
        pair.handshake(context, spec, resumes);
        pair.close();
    }
}

pub fn handshakes<P: Peer>(directory: &str, count: u64) {
    let mut pair = Pair::<P>::new(WIRE_SIZE);
    for key in ["ecdsa-p256", "rsa-2048"] {
        for group in ["x25519", "secp256r1", "X25519MLKEM768"] {
            let spec = Spec {
                group,
                key,
                ..Spec::default()
            };
            let name = format!("full/{group}/{key}");
            handshake(&mut pair, directory, &name, &spec, false, count);
        }
    }
    let mutual = Spec {
        mutual: true,
        ..Spec::default()
    };
    let name = "mutual/x25519/ecdsa-p256";
    handshake(&mut pair, directory, name, &mutual, false, count);
    let resumed = Spec {
        tickets: true,
        ..Spec::default()
    };
    let name = "resume/x25519/ecdsa-p256";
    handshake(&mut pair, directory, name, &resumed, true, count);
}

fn handshake<P: Peer>(
    pair: &mut Pair<P>,
    directory: &str,
    name: &str,
    spec: &Spec,
    resumes: bool,
    count: u64,
) {
    let context = P::context(directory, spec);
    pair.handshake(&context, spec, false);
    pair.check(spec, false);
    pair.close();
    for _ in 0..100 {
        pair.handshake(&context, spec, resumes);
        pair.check(spec, resumes);
        pair.close();
    }
    let (mut client, mut server, mut both) = (vec![], vec![], vec![]);
    for _ in 0..5 {
        pair.client_side = Side::default();
        pair.server_side = Side::default();
        repeat(pair, &context, spec, resumes, count);
        let micros = |ns: u64| ns as f64 / 1e3 / count as f64;
        client.push(micros(pair.client_side.ns));
        server.push(micros(pair.server_side.ns));
        both.push(micros(pair.client_side.ns + pair.server_side.ns));
    }
    let (n, both) = (count * 5, median(both));
    report::<P>("handshake", name, "client", "us_cpu", median(client), n);
    report::<P>("handshake", name, "server", "us_cpu", median(server), n);
    report::<P>("handshake", name, "pair", "us_cpu", both, n);
    report::<P>(
        "handshake_rate",
        name,
        "pair",
        "handshakes_per_s",
        1e6 / both,
        n,
    );
}

pub fn bulk<P: Peer>(directory: &str, seconds: f64) {
    for cipher in ["aes-128-gcm", "aes-256-gcm", "chacha20-poly1305"] {
        let spec = Spec {
            cipher,
            bulk: true,
            ..Spec::default()
        };
        let context = P::context(directory, &spec);
        let mut pair = Pair::<P>::new(4 << 20);
        pair.handshake(&context, &spec, false);
        pair.check(&spec, false);
        for (size, burst) in RECORDS {
            let name = format!("{cipher}/{size}");
            records(&mut pair, &name, size, burst, seconds);
        }
        pair.close();
    }
}

fn records<P: Peer>(pair: &mut Pair<P>, name: &str, size: usize, burst: u64, seconds: f64) {
    let data = vec![0x61; size];
    let mut out = vec![0; size];
    let (mut seal, mut open, mut total) = (vec![], vec![], 0);
    for batch in 0..6 {
        pair.client_side = Side::default();
        pair.server_side = Side::default();
        let (mut count, start) = (0, cpu_ns());
        while ((cpu_ns() - start) as f64) < seconds * 1e9 / 5.0 {
            pair.send(&data, burst);
            pair.receive(&mut out, burst);
            count += burst;
        }
        if batch == 0 {
            continue; // the caches fill
        }
        let bytes = (count * size as u64) as f64;
        seal.push(bytes * 1e3 / pair.client_side.ns as f64);
        open.push(bytes * 1e3 / pair.server_side.ns as f64);
        total += count;
    }
    report::<P>("bulk", name, "seal", "MB_per_s", median(seal), total);
    report::<P>("bulk", name, "open", "MB_per_s", median(open), total);
}

/// CPU time of a pair of connections, where one thread makes them, and two by the same context.
pub fn threads<P: Peer>(directory: &str) {
    const COUNT: u64 = 2_500;
    let spec = Spec::default();
    let context = P::context(directory, &spec);
    let work = || {
        let start = cpu_ns();
        let mut pair = Pair::<P>::new(WIRE_SIZE);
        repeat(&mut pair, &context, &spec, false, COUNT);
        cpu_ns() - start
    };
    for threads in [1, 2] {
        let cost = |_| {
            let spent: u64 = std::thread::scope(|scope| {
                let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
                running.into_iter().map(|one| one.join().unwrap()).sum()
            });
            spent as f64 / 1e3 / (COUNT * threads) as f64
        };
        let name = format!("full/x25519/ecdsa-p256/threads={threads}");
        let costs = (0..3).map(cost).collect();
        report::<P>(
            "thread_cost",
            &name,
            "pair",
            "us_cpu",
            median(costs),
            COUNT * threads,
        );
    }
}
