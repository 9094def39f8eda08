//! The connections that work in the caller's buffers: straight on the wire.
use crate::{host, Context};
use bench_harness::{End, Peer, Spec};
use rustls::client::{ClientConnectionData, UnbufferedClientConnection};
use rustls::server::{ServerConnectionData, UnbufferedServerConnection};
use rustls::unbuffered::{ConnectionState, UnbufferedStatus};

pub struct Unbuffered;

pub struct Connection<C> {
    inner: C,
    is_done: bool,
}

/// The two kinds have the same method, and no trait that says so.
trait Processes {
    type Data;
    fn process<'c, 'i>(&'c mut self, data: &'i mut [u8]) -> UnbufferedStatus<'c, 'i, Self::Data>;
}

impl Processes for UnbufferedClientConnection {
    type Data = ClientConnectionData;
    fn process<'c, 'i>(&'c mut self, data: &'i mut [u8]) -> UnbufferedStatus<'c, 'i, Self::Data> {
        self.process_tls_records(data)
    }
}

impl Processes for UnbufferedServerConnection {
    type Data = ServerConnectionData;
    fn process<'c, 'i>(&'c mut self, data: &'i mut [u8]) -> UnbufferedStatus<'c, 'i, Self::Data> {
        self.process_tls_records(data)
    }
}

/// Goes on until nothing is left to do, or `sink` has had the record it wants and says so; true
/// once the handshake is complete.
fn drive<C: Processes>(inner: &mut C, end: &End, mut sink: impl FnMut(&[u8]) -> bool) -> bool {
    let (out, wire) = (end.outward(), end.inward());
    if wire.is_empty() {
        wire.clear();
    }
    let (mut is_done, mut stops) = (false, false);
    while !stops {
        let unread = &mut wire.bytes[wire.read..wire.written];
        let UnbufferedStatus { mut discard, state } = inner.process(unread);
        match state.unwrap() {
            ConnectionState::EncodeTlsData(mut data) => {
                if out.is_empty() {
                    out.clear();
                }
                out.written += data.encode(&mut out.bytes[out.written..]).unwrap();
            }
            ConnectionState::TransmitTlsData(data) => data.done(),
            ConnectionState::ReadTraffic(mut traffic) => {
                while let Some(record) = traffic.next_record() {
                    let record = record.unwrap();
                    discard += record.discard;
                    if sink(record.payload) {
                        stops = true;
                        break;
                    }
                }
                is_done = true;
            }
            ConnectionState::WriteTraffic(_) => {
                is_done = true;
                stops = true;
            }
            ConnectionState::BlockedHandshake => stops = true,
            other => panic!("{other:?}"),
        }
        wire.read += discard;
    }
    is_done
}

fn step<C: Processes>(connection: &mut Connection<C>, end: &End) -> bool {
    connection.is_done = connection.is_done || drive(&mut connection.inner, end, |_| false);
    connection.is_done
}

fn write<C: Processes>(connection: &mut Connection<C>, end: &End, data: &[u8]) {
    let out = end.outward();
    if out.is_empty() {
        out.clear();
    }
    assert!(end.inward().is_empty());
    match connection.inner.process(&mut []).state.unwrap() {
        ConnectionState::WriteTraffic(mut traffic) => {
            out.written += traffic
                .encrypt(data, &mut out.bytes[out.written..])
                .unwrap();
        }
        other => panic!("{other:?}"),
    }
}

fn read<C: Processes>(connection: &mut Connection<C>, end: &End, data: &mut [u8]) {
    let mut got = 0;
    while got < data.len() {
        drive(&mut connection.inner, end, |payload| {
            data[got..got + payload.len()].copy_from_slice(payload);
            got += payload.len();
            true
        });
    }
}

impl Peer for Unbuffered {
    type Context = Context;
    type Client = Connection<UnbufferedClientConnection>;
    type Server = Connection<UnbufferedServerConnection>;
    const NAME: &'static str = "rustls-unbuf";
    const VERSION: &'static str = bench_harness::version::RUSTLS;

    fn context(directory: &str, spec: &Spec) -> Context {
        crate::context(directory, spec)
    }
    fn client(context: &Context, _: &End, _: bool) -> Self::Client {
        Connection {
            inner: UnbufferedClientConnection::new(context.client.clone(), host()).unwrap(),
            is_done: false,
        }
    }
    fn server(context: &Context, _: &End) -> Self::Server {
        Connection {
            inner: UnbufferedServerConnection::new(context.server.clone()).unwrap(),
            is_done: false,
        }
    }
    fn step_client(client: &mut Self::Client, end: &End) -> bool {
        step(client, end)
    }
    fn step_server(server: &mut Self::Server, end: &End) -> bool {
        step(server, end)
    }
    fn client_writes(client: &mut Self::Client, end: &End, data: &[u8]) {
        write(client, end, data)
    }
    fn server_writes(server: &mut Self::Server, end: &End, data: &[u8]) {
        write(server, end, data)
    }
    fn client_reads(client: &mut Self::Client, end: &End, data: &mut [u8]) {
        read(client, end, data)
    }
    fn server_reads(server: &mut Self::Server, end: &End, data: &mut [u8]) {
        read(server, end, data)
    }
    fn check(client: &mut Self::Client, spec: &Spec, resumed: bool) {
        crate::check(&client.inner, spec, resumed)
    }
}
