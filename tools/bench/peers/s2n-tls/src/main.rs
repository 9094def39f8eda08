//! s2n-tls over AWS-LC, through its I/O callbacks.
mod context;

use aws_lc_sys as _; // for its headers: build.rs needs them
use bench_harness::{End, Peer, Spec};
use context::{Context, TICKET};
use libc::{c_int, c_void};
use s2n_tls::config::Config;
use s2n_tls::connection::Connection;
use s2n_tls::enums::{Blinding, Mode};
use std::task::Poll;

struct S2n;

/// SAFETY: s2n calls it with the context that `connect` gave, and with `size` bytes at `data`.
unsafe extern "C" fn send(context: *mut c_void, data: *const u8, size: u32) -> c_int {
    let end = &*(context as *const End);
    let data = std::slice::from_raw_parts(data, size as usize);
    end.outward().put(data) as c_int
}

/// SAFETY: as for `send`.
unsafe extern "C" fn receive(context: *mut c_void, data: *mut u8, size: u32) -> c_int {
    let end = &*(context as *const End);
    if end.inward().is_empty() {
        *libc::__errno_location() = libc::EWOULDBLOCK;
        return -1;
    }
    let data = std::slice::from_raw_parts_mut(data, size as usize);
    end.inward().get(data) as c_int
}

fn connect(mode: Mode, config: &Config, end: &End) -> Connection {
    let mut connection = Connection::new(mode);
    connection.set_config(config.clone()).unwrap();
    connection.set_blinding(Blinding::SelfService).unwrap();
    connection.set_send_callback(Some(send)).unwrap();
    connection.set_receive_callback(Some(receive)).unwrap();
    let context = end as *const End as *mut c_void;
    // SAFETY: `end` outlives the connection, as Peer says.
    unsafe {
        connection.set_send_context(context).unwrap();
        connection.set_receive_context(context).unwrap();
    }
    connection
}

fn step(connection: &mut Connection) -> bool {
    match connection.poll_negotiate() {
        Poll::Ready(result) => result.map(|_| true).unwrap(),
        Poll::Pending => false,
    }
}

fn write(connection: &mut Connection, data: &[u8]) {
    let mut done = 0;
    while done < data.len() {
        match connection.poll_send(&data[done..]) {
            Poll::Ready(count) => done += count.unwrap(),
            Poll::Pending => panic!("the wire blocks"),
        }
    }
}

fn read(connection: &mut Connection, data: &mut [u8]) {
    let mut done = 0;
    while done < data.len() {
        match connection.poll_recv(&mut data[done..]) {
            Poll::Ready(count) => done += count.unwrap(),
            Poll::Pending => panic!("the wire is empty"),
        }
    }
}

/// Both calls that the usage guide names for idle connections. The second has no safe wrapper.
fn release(connection: &mut Connection) {
    const _: () = assert!(size_of::<Connection>() == size_of::<*mut c_void>());
    connection.release_buffers().unwrap();
    // SAFETY: a Connection is one pointer to what s2n made, and it is past its handshake.
    let code = unsafe {
        let raw = *(connection as *mut Connection as *mut *mut s2n_tls_sys::s2n_connection);
        s2n_tls_sys::s2n_connection_free_handshake(raw)
    };
    assert_eq!(code, 0);
}

impl Peer for S2n {
    type Context = Context;
    type Client = Connection;
    type Server = Connection;
    const NAME: &'static str = "s2n-tls";
    const VERSION: &'static str = bench_harness::version::S2N_TLS;
    const RELEASES: bool = true;

    fn context(directory: &str, spec: &Spec) -> Context {
        Context::new(directory, spec)
    }
    fn client(context: &Context, end: &End, resumes: bool) -> Connection {
        let mut client = connect(Mode::Client, &context.client, end);
        client.set_server_name("bench.example").unwrap();
        if resumes {
            TICKET.with_borrow(|ticket| client.set_session_ticket(ticket).map(|_| ()).unwrap());
        }
        if context.bulk {
            client.prefer_throughput().unwrap(); // else its records are of 8 KB at the most
        }
        client
    }
    fn server(context: &Context, end: &End) -> Connection {
        connect(Mode::Server, &context.server, end)
    }
    fn step_client(client: &mut Connection, _: &End) -> bool {
        step(client)
    }
    fn step_server(server: &mut Connection, _: &End) -> bool {
        step(server)
    }
    fn client_writes(client: &mut Connection, _: &End, data: &[u8]) {
        write(client, data)
    }
    fn server_writes(server: &mut Connection, _: &End, data: &[u8]) {
        write(server, data)
    }
    fn client_reads(client: &mut Connection, _: &End, data: &mut [u8]) {
        read(client, data)
    }
    fn server_reads(server: &mut Connection, _: &End, data: &mut [u8]) {
        read(server, data)
    }
    fn check(client: &mut Connection, spec: &Spec, resumed: bool) {
        let suite = client.cipher_suite().unwrap().to_string();
        assert!(spec.is_cipher(&suite), "{suite}");
        let group = client.selected_key_exchange_group().unwrap_or("none");
        assert!(group.eq_ignore_ascii_case(spec.group), "{group}");
        assert_eq!(client.resumed(), resumed);
    }
    fn release_client(client: &mut Connection) {
        release(client)
    }
    fn release_server(server: &mut Connection) {
        release(server)
    }
}

fn main() {
    bench_harness::run::<S2n>();
}
