//! ClientConnection and ServerConnection, which keep buffers of their own.
use crate::{host, Context};
use bench_harness::{End, Peer, Spec};
use rustls::{ClientConnection, ConnectionCommon, ServerConnection, SideData};
use std::io::{Read, Write};

pub struct Buffered;

fn flush<D: SideData>(connection: &mut ConnectionCommon<D>, end: &End) {
    while connection.wants_write() {
        connection.write_tls(end.outward()).unwrap();
    }
}

fn step<D: SideData>(connection: &mut ConnectionCommon<D>, end: &End) -> bool {
    while !end.inward().is_empty() {
        connection.read_tls(end.inward()).unwrap();
        connection.process_new_packets().unwrap();
    }
    flush(connection, end);
    !connection.is_handshaking()
}

fn write<D: SideData>(connection: &mut ConnectionCommon<D>, end: &End, data: &[u8]) {
    connection.writer().write_all(data).unwrap();
    flush(connection, end);
}

fn read<D: SideData>(connection: &mut ConnectionCommon<D>, end: &End, data: &mut [u8]) {
    let mut got = 0;
    while got < data.len() {
        match connection.reader().read(&mut data[got..]) {
            Ok(count) => got += count,
            Err(_) => {
                connection.read_tls(end.inward()).unwrap();
                connection.process_new_packets().unwrap();
            }
        }
    }
}

impl Peer for Buffered {
    type Context = Context;
    type Client = ClientConnection;
    type Server = ServerConnection;
    const NAME: &'static str = "rustls";
    const VERSION: &'static str = bench_harness::version::RUSTLS;

    fn context(directory: &str, spec: &Spec) -> Context {
        crate::context(directory, spec)
    }
    fn client(context: &Context, _: &End, _: bool) -> ClientConnection {
        ClientConnection::new(context.client.clone(), host()).unwrap()
    }
    fn server(context: &Context, _: &End) -> ServerConnection {
        ServerConnection::new(context.server.clone()).unwrap()
    }
    fn step_client(client: &mut ClientConnection, end: &End) -> bool {
        step(client, end)
    }
    fn step_server(server: &mut ServerConnection, end: &End) -> bool {
        step(server, end)
    }
    fn client_writes(client: &mut ClientConnection, end: &End, data: &[u8]) {
        write(client, end, data)
    }
    fn server_writes(server: &mut ServerConnection, end: &End, data: &[u8]) {
        write(server, end, data)
    }
    fn client_reads(client: &mut ClientConnection, end: &End, data: &mut [u8]) {
        read(client, end, data)
    }
    fn server_reads(server: &mut ServerConnection, end: &End, data: &mut [u8]) {
        read(server, end, data)
    }
    fn check(client: &mut ClientConnection, spec: &Spec, resumed: bool) {
        crate::check(client, spec, resumed)
    }
}
