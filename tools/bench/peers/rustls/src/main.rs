//! rustls with its default provider, AWS-LC: by its buffered API, and by the unbuffered one.
mod buffered;
mod unbuffered;

use aws_lc_sys as _; // for its features alone
use bench_harness::Spec;
use rustls::client::Resumption;
use rustls::crypto::{aws_lc_rs as provider, CryptoProvider};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::server::WebPkiClientVerifier;
use rustls::{ClientConfig, CommonState, HandshakeKind, RootCertStore, ServerConfig};
use std::sync::Arc;

pub struct Context {
    client: Arc<ClientConfig>,
    server: Arc<ServerConfig>,
}

fn crypto(spec: &Spec) -> Arc<CryptoProvider> {
    let group = match spec.group {
        "x25519" => provider::kx_group::X25519,
        "secp256r1" => provider::kx_group::SECP256R1,
        _ => provider::kx_group::X25519MLKEM768,
    };
    let suite = match spec.cipher {
        "aes-128-gcm" => provider::cipher_suite::TLS13_AES_128_GCM_SHA256,
        "aes-256-gcm" => provider::cipher_suite::TLS13_AES_256_GCM_SHA384,
        _ => provider::cipher_suite::TLS13_CHACHA20_POLY1305_SHA256,
    };
    Arc::new(CryptoProvider {
        cipher_suites: vec![suite],
        kx_groups: vec![group],
        ..provider::default_provider()
    })
}

fn certificates(path: String) -> Vec<CertificateDer<'static>> {
    let read = CertificateDer::pem_file_iter(path).unwrap();
    read.map(Result::unwrap).collect()
}

fn credential(path: &str) -> (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>) {
    (
        certificates(format!("{path}-chain.pem")),
        PrivateKeyDer::from_pem_file(format!("{path}-key.pem")).unwrap(),
    )
}

fn roots(path: &str) -> Arc<RootCertStore> {
    let mut roots = RootCertStore::empty();
    for root in certificates(format!("{path}-root.pem")) {
        roots.add(root).unwrap();
    }
    Arc::new(roots)
}

fn client(path: &str, spec: &Spec) -> ClientConfig {
    let builder = ClientConfig::builder_with_provider(crypto(spec))
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_root_certificates(roots(path));
    let mut config = if spec.mutual {
        let (chain, key) = credential(&format!("{path}-client"));
        builder.with_client_auth_cert(chain, key).unwrap()
    } else {
        builder.with_no_client_auth()
    };
    config.resumption = if spec.tickets {
        Resumption::in_memory_sessions(128)
    } else {
        Resumption::disabled()
    };
    config
}

fn server(path: &str, spec: &Spec) -> ServerConfig {
    let crypto = crypto(spec);
    let builder = ServerConfig::builder_with_provider(crypto.clone())
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap();
    let builder = if spec.mutual {
        let verifier = WebPkiClientVerifier::builder_with_provider(roots(path), crypto);
        builder.with_client_cert_verifier(verifier.build().unwrap())
    } else {
        builder.with_no_client_auth()
    };
    let (chain, key) = credential(path);
    let mut config = builder.with_single_cert(chain, key).unwrap();
    config.send_tls13_tickets = 0;
    if spec.tickets {
        config.ticketer = provider::Ticketer::new().unwrap();
        config.send_tls13_tickets = 1;
    }
    config
}

fn context(directory: &str, spec: &Spec) -> Context {
    let path = spec.path(directory);
    Context {
        client: Arc::new(client(&path, spec)),
        server: Arc::new(server(&path, spec)),
    }
}

fn host() -> ServerName<'static> {
    ServerName::try_from("bench.example").unwrap()
}

fn check(state: &CommonState, spec: &Spec, resumed: bool) {
    let suite = format!("{:?}", state.negotiated_cipher_suite().unwrap().suite());
    assert!(spec.is_cipher(&suite), "{suite}");
    let group = state.negotiated_key_exchange_group().unwrap().name();
    let group = format!("{group:?}");
    assert!(group.eq_ignore_ascii_case(spec.group), "{group}");
    let kind = state.handshake_kind();
    assert_eq!(kind == Some(HandshakeKind::Resumed), resumed, "{kind:?}");
}

fn main() {
    if std::env::args().any(|arg| arg == "--unbuffered") {
        bench_harness::run::<unbuffered::Unbuffered>();
    } else {
        bench_harness::run::<buffered::Buffered>();
    }
}
