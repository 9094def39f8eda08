//! What the peers in Rust share: two ends over wires in memory, what each end's calls cost, and the
//! rows that come of it. The C++ peers have the same in ../../cxx, Go in ../../go.
mod memory;
mod meter;
mod modes;
mod pair;
mod wire;

pub use wire::{End, Wire};

/// What the lock file pins.
pub mod version {
    pub const RUSTLS: &str = concat!(
        env!("RUSTLS_VERSION"),
        " over aws-lc-sys ",
        env!("AWS_LC_SYS_VERSION")
    );
    pub const S2N_TLS: &str = concat!(
        env!("S2N_TLS_VERSION"),
        " over aws-lc-sys ",
        env!("AWS_LC_SYS_VERSION")
    );
}

/// What both ends of a case are told to agree on.
#[derive(Clone)]
pub struct Spec {
    pub group: &'static str,
    pub key: &'static str,
    pub cipher: &'static str,
    /// The client shows a certificate too.
    pub mutual: bool,
    /// One per connection.
    pub tickets: bool,
    /// The library gives back what an idle connection can do without.
    pub releases: bool,
    /// Records are measured: they may be of the full size.
    pub bulk: bool,
}

impl Default for Spec {
    fn default() -> Self {
        Spec {
            group: "x25519",
            key: "ecdsa-p256",
            cipher: "aes-128-gcm",
            mutual: false,
            tickets: false,
            releases: false,
            bulk: false,
        }
    }
}

impl Spec {
    /// The beginning of the names of the files of this case.
    pub fn path(&self, directory: &str) -> String {
        format!("{directory}/{}", self.key)
    }

    /// Whether a library's name of a cipher suite means the one of this case.
    pub fn is_cipher(&self, name: &str) -> bool {
        name.contains(match self.cipher {
            "aes-128-gcm" => "AES_128_GCM",
            "aes-256-gcm" => "AES_256_GCM",
            _ => "CHACHA20",
        })
    }
}

/// A library under test. Any failure panics: a benchmark of what fails is none.
pub trait Peer {
    type Context: Sync;
    type Client;
    type Server;
    const NAME: &'static str;
    const VERSION: &'static str;

    fn context(directory: &str, spec: &Spec) -> Self::Context;
    /// `end` stays where it is for as long as the connection lives.
    fn client(context: &Self::Context, end: &End, resumes: bool) -> Self::Client;
    fn server(context: &Self::Context, end: &End) -> Self::Server;
    /// Takes the handshake as far as it goes; true once it is complete.
    fn step_client(client: &mut Self::Client, end: &End) -> bool;
    fn step_server(server: &mut Self::Server, end: &End) -> bool;
    /// As one record.
    fn client_writes(client: &mut Self::Client, end: &End, data: &[u8]);
    fn server_writes(server: &mut Self::Server, end: &End, data: &[u8]);
    /// All of `data`.
    fn client_reads(client: &mut Self::Client, end: &End, data: &mut [u8]);
    fn server_reads(server: &mut Self::Server, end: &End, data: &mut [u8]);
    /// Panics unless the connection is what the case is of.
    fn check(client: &mut Self::Client, spec: &Spec, resumed: bool);
    fn release_client(_: &mut Self::Client) {}
    fn release_server(_: &mut Self::Server) {}
    /// Whether the two above do something.
    const RELEASES: bool = false;
}

/// A peer's `main`.
pub fn run<P: Peer>() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let amount = args.get(2).and_then(|text| text.parse::<f64>().ok());
    let directory = args.first().map_or("", String::as_str);
    match args.get(1).map_or("", String::as_str) {
        "handshake" => modes::handshakes::<P>(directory, amount.unwrap_or(500.0) as u64),
        "bulk" => modes::bulk::<P>(directory, amount.unwrap_or(1.0)),
        "threads" => modes::threads::<P>(directory),
        "mem" => memory::memory::<P>(directory),
        _ => {
            eprintln!(
                "usage: PEER CERTIFICATES handshake [COUNT] | bulk [SECONDS] | threads | mem"
            );
            std::process::exit(2);
        }
    }
}
