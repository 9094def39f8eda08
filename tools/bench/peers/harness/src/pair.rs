//! A client and a server over two wires, in one thread.
use crate::meter::{charge, Side};
use crate::{End, Peer, Spec, Wire};

pub struct Pair<P: Peer> {
    // Before the ends that they use, so that they are dropped first.
    client: Option<P::Client>,
    server: Option<P::Server>,
    client_end: Box<End>,
    server_end: Box<End>,
    _wires: Box<[Wire; 2]>,
    pub client_side: Side,
    pub server_side: Side,
}

impl<P: Peer> Pair<P> {
    pub fn new(wire_size: usize) -> Self {
        let mut wires = Box::new([Wire::new(wire_size), Wire::new(wire_size)]);
        let [up, down] = wires.each_mut().map(|wire| wire as *mut Wire);
        Pair {
            client: None,
            server: None,
            client_end: Box::new(End::new(up, down)),
            server_end: Box::new(End::new(down, up)),
            _wires: wires,
            client_side: Side::default(),
            server_side: Side::default(),
        }
    }

    /// Makes two connections and completes their handshake, tickets included.
    pub fn handshake(&mut self, context: &P::Context, spec: &Spec, resumes: bool) {
        self.client_end.outward().clear();
        self.server_end.outward().clear();
        let (client_end, server_end) = (&*self.client_end, &*self.server_end);
        let (client_side, server_side) = (&mut self.client_side, &mut self.server_side);
        let mut client = charge(client_side, || P::client(context, client_end, resumes));
        let mut server = charge(server_side, || P::server(context, server_end));
        let (mut client_done, mut server_done) = (false, false);
        for _ in 0..8 {
            client_done = charge(client_side, || P::step_client(&mut client, client_end));
            server_done = charge(server_side, || P::step_server(&mut server, server_end));
            if client_done && server_done {
                break;
            }
        }
        assert!(client_done && server_done, "the handshake does not end");
        if spec.tickets {
            // BoringSSL sends its tickets with the first application data: every peer sends a byte.
            let mut byte = [0];
            charge(server_side, || {
                P::server_writes(&mut server, server_end, &byte)
            });
            charge(client_side, || {
                P::client_reads(&mut client, client_end, &mut byte)
            });
        }
        self.client = Some(client);
        self.server = Some(server);
    }

    pub fn check(&mut self, spec: &Spec, resumed: bool) {
        P::check(self.client.as_mut().unwrap(), spec, resumed);
    }

    pub fn close(&mut self) {
        let (client, server) = (self.client.take(), self.server.take());
        charge(&mut self.client_side, || drop(client));
        charge(&mut self.server_side, || drop(server));
    }

    /// `count` records from the client to the server.
    pub fn send(&mut self, data: &[u8], count: u64) {
        let client = self.client.as_mut().unwrap();
        charge(&mut self.client_side, || {
            for _ in 0..count {
                P::client_writes(client, &self.client_end, data);
            }
        });
    }

    pub fn receive(&mut self, data: &mut [u8], count: u64) {
        let server = self.server.as_mut().unwrap();
        charge(&mut self.server_side, || {
            for _ in 0..count {
                P::server_reads(server, &self.server_end, data);
            }
        });
    }

    /// One record there, one back.
    pub fn exchange(&mut self, data: &mut [u8]) {
        self.send(data, 1);
        self.receive(data, 1);
        let (client, server) = (self.client.as_mut().unwrap(), self.server.as_mut().unwrap());
        charge(&mut self.server_side, || {
            P::server_writes(server, &self.server_end, data)
        });
        charge(&mut self.client_side, || {
            P::client_reads(client, &self.client_end, data)
        });
    }

    pub fn release(&mut self) {
        let (client, server) = (self.client.as_mut().unwrap(), self.server.as_mut().unwrap());
        charge(&mut self.client_side, || P::release_client(client));
        charge(&mut self.server_side, || P::release_server(server));
    }
}
