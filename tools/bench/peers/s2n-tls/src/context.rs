//! The configurations of one case.
use bench_harness::Spec;
use libc::c_int;
use s2n_tls::callbacks::{SessionTicket, SessionTicketCallback, VerifyHostNameCallback};
use s2n_tls::config::{Builder, Config};
use s2n_tls::connection::Connection;
use s2n_tls::enums::ClientAuthType;
use s2n_tls::security::Policy;
use std::cell::RefCell;
use std::time::{Duration, SystemTime};

extern "C" {
    /// See ../policy.c.
    fn bench_set_policy(group: c_int, cipher: c_int) -> c_int;
}

thread_local! {
    /// The one that came last.
    pub static TICKET: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

struct KeepTicket;

impl SessionTicketCallback for KeepTicket {
    fn on_session_ticket(&self, _: &mut Connection, ticket: &SessionTicket) {
        let mut data = vec![0; ticket.len().unwrap()];
        ticket.data(&mut data).unwrap();
        TICKET.set(data);
    }
}

/// The peers of a server that verifies clients do not look for a name either.
struct AnyName;

impl VerifyHostNameCallback for AnyName {
    fn verify_host_name(&self, _: &str) -> bool {
        true
    }
}

pub struct Context {
    pub client: Config,
    pub server: Config,
    pub bulk: bool,
}

fn policy(spec: &Spec) -> Policy {
    let group = match spec.group {
        "x25519" => 0,
        "secp256r1" => 1,
        _ => 2,
    };
    let cipher = match spec.cipher {
        "aes-128-gcm" => 0,
        "aes-256-gcm" => 1,
        _ => 2,
    };
    s2n_tls::init::init();
    // SAFETY: contexts are made by one thread, while no connection uses the policy.
    assert_eq!(unsafe { bench_set_policy(group, cipher) }, 0);
    Policy::from_version("20240603").unwrap()
}

fn read(path: String) -> Vec<u8> {
    std::fs::read(path).unwrap()
}

fn load_credential(builder: &mut Builder, path: &str) {
    let chain = read(format!("{path}-chain.pem"));
    let key = read(format!("{path}-key.pem"));
    builder.load_pem(&chain, &key).unwrap();
}

fn builder(path: &str, spec: &Spec, policy: &Policy) -> Builder {
    let mut builder = Config::builder();
    builder.with_system_certs(false).unwrap();
    builder.set_security_policy(policy).unwrap();
    if spec.mutual {
        let required = ClientAuthType::Required;
        builder.set_client_auth_type(required).unwrap();
        builder
            .trust_pem(&read(format!("{path}-root.pem")))
            .unwrap();
    }
    if spec.tickets {
        builder.enable_session_tickets(true).unwrap();
    }
    builder
}

fn client(path: &str, spec: &Spec, policy: &Policy) -> Config {
    let mut builder = builder(path, spec, policy);
    if spec.mutual {
        load_credential(&mut builder, &format!("{path}-client"));
    } else {
        builder
            .trust_pem(&read(format!("{path}-root.pem")))
            .unwrap();
    }
    if spec.tickets {
        builder.set_session_ticket_callback(KeepTicket).unwrap();
    }
    builder.build().unwrap()
}

fn server(path: &str, spec: &Spec, policy: &Policy) -> Config {
    let mut builder = builder(path, spec, policy);
    load_credential(&mut builder, path);
    if spec.mutual {
        builder.set_verify_host_callback(AnyName).unwrap();
    }
    if spec.tickets {
        let key = b"0123456789abcdef0123456789abcdef";
        let since = SystemTime::now() - Duration::from_secs(60);
        builder.add_session_ticket_key(b"k", key, since).unwrap();
    }
    builder.build().unwrap()
}

impl Context {
    pub fn new(directory: &str, spec: &Spec) -> Self {
        let (path, policy) = (spec.path(directory), policy(spec));
        Context {
            client: client(&path, spec, &policy),
            server: server(&path, spec, &policy),
            bulk: spec.bulk,
        }
    }
}
